/** The sha256 of kernel.wasm, verified when it is loaded. Written by scripts/kernel-build.sh. */
export const WASM_SHA256 = '642efcb1078d1bad2819c9ff942e8dd4ba9d28ca206035168dc62250bf73b353';
