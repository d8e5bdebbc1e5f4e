import { chooseParser } from './choose-parser.ts';
import type { ParseContext, ParsedDocument, Parser } from './contract.ts';

/**
 * Reads a document by the parser that fits it, and what is attached to it by those that fit that.
 *
 * @throws LoamError `document-unreadable`.
 */
export async function parseDocument(
  parsers: readonly Parser[],
  bytes: Uint8Array,
  context: ParseContext,
): Promise<ParsedDocument & { readonly format: string }> {
  const parser = chooseParser(parsers, bytes, context);
  const document = await parser.parse(bytes, {
    ...context,
    readInner: (inner, about) => chooseParser(parsers, inner, about).parse(inner, about),
  });
  return { ...document, format: parser.name };
}
