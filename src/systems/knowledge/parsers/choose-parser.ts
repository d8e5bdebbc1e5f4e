import type { ParseContext, Parser } from './contract.ts';
import { foreignProblem } from './foreign-formats.ts';
import { oleKindOf } from './ole/ole-kind.ts';
import { unreadable } from './unreadable.ts';

const BEYOND_DOUBT = 1;
/** A guess from content that outweighs a name which content does not bear out. */
const LIKELY = 0.5;

/**
 * The parser for a document: by content where that is beyond doubt, then by name where content does not speak against it,
 * then by media type, then by the likeliest content.
 *
 * @throws LoamError `document-unreadable` when none fits.
 */
export function chooseParser(parsers: readonly Parser[], bytes: Uint8Array, context: ParseContext): Parser {
  if (bytes.length === 0) throw unreadable('empty');
  if (oleKindOf(bytes) === 'encrypted') throw unreadable('encrypted');
  const scores = new Map<Parser, number>();
  for (const parser of parsers) {
    const sure = parser.sniff(bytes);
    if (sure >= BEYOND_DOUBT) return parser;
    scores.set(parser, sure);
  }
  const score = (parser: Parser): number => scores.get(parser) ?? 0;
  const [likeliest] = [...parsers].sort((one, other) => score(other) - score(one));
  if (!likeliest) throw unreadable('unknown-format');
  const foreign = score(likeliest) > 0 ? 'unknown-format' : foreignProblem(bytes);
  const named = byName(parsers, context.name) ?? byMediaType(parsers, context.mediaType);
  if (named?.isBinary && score(named) === 0 && score(likeliest) > 0) return likeliest;
  if (foreign !== 'unknown-format' && foreign !== 'archive') throw unreadable(foreign);
  if (named && (score(named) > 0 || score(likeliest) < LIKELY)) return named;
  if (score(likeliest) > 0 && (named || !hasExtension(context.name) || score(likeliest) >= LIKELY)) return likeliest;
  throw unreadable(foreign);
}

function byName(parsers: readonly Parser[], name: string): Parser | undefined {
  const lower = name.toLowerCase();
  return parsers.find((parser) => parser.extensions.some((extension) => lower.endsWith(extension)));
}

function byMediaType(parsers: readonly Parser[], mediaType: string | undefined): Parser | undefined {
  const essence = mediaType?.split(';')[0]?.trim().toLowerCase();
  return parsers.find((parser) => parser.mediaTypes.some((type) => type === essence));
}

function hasExtension(name: string): boolean {
  return /[^/]\.[a-z0-9]{1,8}$/i.test(name);
}
