import type { AnswerKind } from './answer-kinds.ts';

/** What a question wants, and for a measure the marks of the expressions (`expressions.ts`) that would be one. */
export interface Wanted {
  readonly kind: AnswerKind;
  readonly marks: readonly string[];
}

interface QuestionPattern extends Wanted {
  readonly pattern: RegExp;
}

const WHATS =
  "(?:what|which)(?: is| are| was| were|’s|'s) (?:the |its |their |his |her |a |an |[\\w-]+’s |[\\w-]+'s )(?:[\\w-]+ ){0,3}?";

const measure = (mark: string, how: string, what: string): QuestionPattern => ({
  pattern: new RegExp(
    `\\bhow (?:${how})\\b|\\b(?:(?:what|which) |${WHATS})(?:${what})\\b(?! of (?:the )?(?:people|patients))`,
  ),
  kind: 'measure',
  marks: mark.split(' '),
});
const plain = (kind: AnswerKind, pattern: RegExp): QuestionPattern => ({ kind, pattern, marks: [] });

/** In the order in which they are tried; the first that matches says what kind of answer is wanted. */
const PATTERNS: readonly QuestionPattern[] = [
  measure('#share', 'high a percentage', 'percentage|percent|proportion|share|fraction'),
  measure(
    '#money',
    'expensive|much (?:is|are|was|were) (?:an?|the|it|one|each)\\b(?! (?:\\w+ ){0,3}(?:dose|weight))|much (?:does|do|did|is|are|was|were|will|would|money).*\\b(?:cost|costs|pay|paid|price|earn|charged?|worth|spend|spent|fee|salary|refund(?:ed)?)',
    'cost|costs|price|prices|fee|fees|salary|fare|rent|charge|fine',
  ),
  measure(
    '#period',
    'far (?:in advance|ahead|back)|many (?:seconds|minutes|hours|days|weeks|months|years|decades|centuries)|long (?:do|does|did|will|can|may|must|should|have|has)|quickly|soon',
    'duration',
  ),
  measure('#period #length', 'long', 'length'),
  measure('#length #area #data #volume', 'big|large', 'size|area'),
  measure('#length', 'far', 'distance'),
  measure('#extent', 'tall|high|deep|wide|thick', 'height|width|depth|thickness|diameter'),
  measure('#weight', 'heavy|much (?:does|do|did|can|will) .*\\bweigh', 'weight|mass'),
  measure('#temperature', 'hot|cold|warm', 'temperature'),
  measure('#age', 'old', 'age'),
  measure('#dose', 'much of the drug', 'dose|dosage|doses'),
  measure('#frequency', 'often|frequently', 'frequency'),
  measure('#power', 'powerful|much (?:electricity|power|energy)', 'voltage|wattage'),
  measure('#volume', 'much (?:water|liquid|fuel|milk|oil|beer|wine)', 'volume'),
  measure('#speed', 'fast', 'speed|velocity'),
  measure('#colour', 'colou?rful', 'colou?rs?'),
  measure('#phone', 'do i call', 'phone number|telephone number|phone|telephone'),
  measure('#mail', 'do i email', 'e-?mail(?: address)?'),
  plain('clock', /\b(?:what time|(?:what|which) hours?|what (?:is|are) the (?:\w+ ){0,2}hours)\b/),
  plain(
    'date',
    /\b(?:when did|when was|when were|since when|(?:what|which) (?:year|date|month|century|decade)|what (?:is|was|are|were) the (?:\w+ ){0,3}(?:date|deadline|year|birthday))\b/,
  ),
  plain(
    'time',
    /^(?:and |but |so )?(?:(?:at|since|until|by|from|till|on|in) )?(?:when|(?:what|which) (?:days?|season|week))\b/,
  ),
  plain(
    'count',
    /\bhow (?:many|much)\b|\bwhat (?:is|was|are|were) the (?:[\w-]+ ){0,3}(?:number|amount|population|rate|capacity|total|maximum|minimum|frequency|score|ratio)\b|\b(?:what|which) (?:number|amount|score)\b|\bhow (?:big|large)\b/,
  ),
  plain(
    'place',
    /\b(?:where|(?:what|which) (?:city|cities|country|countries|(?:town|state|place|region|location|continent|island|street|building|room|nation|area|village|hospital)s?|county|counties|province)|what (?:is|was) the (?:\w+ ){0,2}(?:address|location|birthplace|headquarters))\b/,
  ),
  plain(
    'name',
    /\b(?:what (?:is|was|are|were) (?:the |its |their )?(?:[\w'’-]+ ){0,3}names?\b|name of|who (?:is|was|are|were) the)\b/,
  ),
  plain(
    'person',
    /\b(?:who|whom|whose|(?:what|which) (?:person|people|man|woman|doctor|scientist|author|president|king|queen|actor|player|company|organization|team|group|institution|university))\b/,
  ),
  plain(
    'reason',
    /\b(?:why|how come|for what (?:reason|purpose)|what (?:is|was|are|were) the (?:\w+ ){0,2}(?:reason|cause|purpose|goal|objective|aim|rationale)s?|what (?:caused|causes|led|motivated))\b/,
  ),
  plain(
    'definition',
    /^what (?:is|are) (?:an? )?[\w-]+(?: [\w-]+){0,2}(?<! (?:for|of|in|used|called|made|from|like))\s*\??$|\b(?:define|definition of|what does [\w -]+ (?:mean|stand for)|meaning of)\b/,
  ),
  plain('manner', /\bhow\b/),
  plain(
    'truth',
    /^(?:and |but |so )?(?:is|are|was|were|am|do|does|did|can|could|may|might|must|will|would|should|shall|has|have|had|isn't|aren't|doesn't|don't|didn't)\b/,
  ),
];

/** @param core the question's main sentence, lower case */
export function wantedBy(core: string): Wanted {
  return PATTERNS.find(({ pattern }) => pattern.test(core)) ?? { kind: 'any', marks: [] };
}

const LIST =
  /^(?:what|which) (?:are|were)\b|\b(?:list|name|enumerate|what (?:kinds?|types?|sorts?) of|which of)\b|\b(?:what|which) (?:\w+ ){0,2}(?:risks|benefits|side effects|criteria|steps|reasons|procedures|symptoms|requirements|features|members|items|conditions)\b/;
const BROAD =
  /\b(?:describe|explain|summari[sz]e|overview|tell me (?:more )?about|discuss|elaborate|what (?:will|does|do|would|happens?|should)|how (?:will|do|does|did|is|are|was|were|should|can))\b|\bwhy\b/;

/** Whether several things are asked for. */
export function asksForSeveral(core: string): boolean {
  return LIST.test(core);
}

/** Whether a sentence alone is seldom the whole answer. */
export function asksBroadly(core: string): boolean {
  return BROAD.test(core);
}
