const MOST_CHARACTERS = 2_048;

/** The wire's failure reasons: one for each file told, within the wire's length, and a last one for those that are not. */
export function failureReasons(
  bucket: string,
  failures: readonly { key: string; reason: string }[],
  failed: number,
): string[] {
  const told = failures.map(({ key, reason }) => shorten(`s3://${bucket}/${key}: ${reason}`));
  const rest = failed - failures.length;
  return rest > 0 ? [...told, `And ${rest} more: ListKnowledgeBaseDocuments tells the reason of each.`] : told;
}

function shorten(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
