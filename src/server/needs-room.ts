/**
 * Whether an operation adds to what is stored, by the first word of its name: those are refused on a full disk. Deleting
 * makes room; reading, asking and stopping need next to none.
 */
export function needsRoom(operation: string): boolean {
  return /^(Put|Post|Create|Upload|Complete|Copy|Update|Start|Ingest|Import|Tag|Register|Associate|Batch(Put|Create))/.test(
    operation,
  );
}
