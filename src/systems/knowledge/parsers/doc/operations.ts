/** Bytes of an operand by the top three bits of its operation; 6: as many as its first byte says. */
const OPERAND_BYTES = [1, 1, 2, 4, 2, 2, undefined, 3] as const;
const TABLE_DEFINITION = 0xd608;

/** The operands of formatting operations by their number ([MS-DOC] 2.2.5, Sprm and Prl). What is cut off is left out. */
export function readOperations(bytes: Uint8Array): Map<number, Uint8Array> {
  const operations = new Map<number, Uint8Array>();
  let at = 0;
  while (at + 2 < bytes.length) {
    const operation = (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
    const start = at + 2;
    const length = operandBytes(operation, bytes, start);
    operations.set(operation, bytes.subarray(start, start + length));
    at = start + length;
  }
  return operations;
}

function operandBytes(operation: number, bytes: Uint8Array, start: number): number {
  const fixed = OPERAND_BYTES[operation >>> 13];
  if (fixed !== undefined) return fixed;
  const length = bytes[start] ?? 0;
  return operation === TABLE_DEFINITION ? length + (bytes[start + 1] ?? 0) * 256 + 1 : length + 1;
}
