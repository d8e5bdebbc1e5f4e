#!/bin/sh
# Builds native/kernel.c to src/kernel/kernel.wasm and records its hash. Needs clang and lld of LLVM 14 or newer:
#   apt-get install -y clang lld
# `--check` builds beside the checked-in file and fails when they differ.
set -eu
cd "$(dirname "$0")/.."
target=src/kernel/kernel.wasm
[ "${1:-}" = --check ] && target=$(mktemp)

clang --target=wasm32 -O3 -msimd128 -ffp-contract=off -fno-builtin -nostdlib -Wall -Wextra -Werror \
  -Wl,--no-entry -Wl,--import-memory -Wl,--strip-all -Wl,-z,stack-size=0 -Wl,--global-base=0 \
  -o "$target" native/kernel.c

if [ "${1:-}" = --check ]; then
  cmp "$target" src/kernel/kernel.wasm && echo 'kernel.wasm is what native/kernel.c builds to'
  exit
fi
hash=$(sha256sum "$target" | cut -d' ' -f1)
cat > src/kernel/wasm-hash.ts <<TS
/** The sha256 of kernel.wasm, verified when it is loaded. Written by scripts/kernel-build.sh. */
export const WASM_SHA256 = '$hash';
TS
wc -c "$target"
