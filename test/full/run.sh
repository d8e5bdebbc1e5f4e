#!/usr/bin/env bash
# The full test run: everything heavy, with its real parts; `npm run test:full`. Takes a few minutes, 75 at most. A suite whose
# real part cannot be had says so in one line.
set -euo pipefail
cd "$(dirname "$0")/../.."

test/full/install-parts.sh
. .ci/postgresql
node scripts/build.mjs
test/full/with-vector-stores.sh npx vitest run --config vitest.full.config.ts "$@"
if [ $# -eq 0 ]; then
  test/full/with-vector-stores.sh npx vitest run src/systems/knowledge/vector-stores test/knowledge/vector-stores.test.ts
  LOAM_TEST_TENANT_QUESTIONS=10000 npx vitest run test/knowledge/tenants.test.ts
  LOAM_TEST_HOSTILE_REQUESTS=10000 npx vitest run test/hostile
  LOAM_TEST_SYNC_KILLS=20 npx vitest run test/knowledge/kill-sync.test.ts --testTimeout 600000
  node --import tsx test/soak/soak.ts --minutes 5
  node --import tsx test/soak/soak.ts --kills 20
fi
