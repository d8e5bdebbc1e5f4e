import { isMagnitude } from './numbers.ts';
import type { Word } from './words.ts';

/** What kind of thing a question asks for. */
export type AnswerKind =
  | 'person'
  | 'name'
  | 'date'
  | 'clock'
  | 'time'
  | 'place'
  | 'measure'
  | 'count'
  | 'reason'
  | 'manner'
  | 'definition'
  | 'truth'
  | 'any';

/** A unit beside what the question already says, which is no answer to it. */
export interface Candidate {
  readonly text: string;
  readonly words: readonly Word[];
  readonly stems: ReadonlySet<string>;
  /** Stems of the question. */
  readonly asked: ReadonlySet<string>;
  /** For a measure: the expressions that would be one. */
  readonly marks: readonly string[];
  /** Whether the context holds such an expression at all. */
  readonly measurable: boolean;
  /** For a count: the stem of what is counted, when the question names it. */
  readonly counted: string | undefined;
  /** Stems of what the answer is one of: `which VILLAGE`. */
  readonly focus: ReadonlySet<string>;
}

type Detector = (candidate: Candidate) => number;

const MONTHS =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';
const DATE = new RegExp(
  `\\b(?:1[0-9]{3}|20[0-9]{2})s?\\b|\\b(?:${MONTHS})\\.?\\s+\\d|\\b\\d{1,2}(?:st|nd|rd|th)?[\\s-](?:of )?(?:${MONTHS})\\b|\\bcentur(?:y|ies)\\b|\\d{1,4}[/.-]\\d{1,2}[/.-]\\d{1,4}|\\d\\s?(?:BCE?|CE|AD|BP)\\b`,
  'i',
);
const CLOCK = /\b\d{1,2}(?::\d{2}|\.\d{2}(?= ?(?:[ap]\.?m|uhr|h))|\s?[ap]\.?m\b)|\b(?:noon|midnight|midday|o.clock)\b/i;
const TIME = new RegExp(
  `\\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekday|weekend)s?\\b|\\b(?:${MONTHS})\\b|\\b(?:dawn|dusk|sunrise|sunset|morning|evening|afternoon|night)\\b` +
    '|\\b(?:decades?|spring|summer|autumn|winter|semester|quarter)\\b|\\b(?:day|week|month|year|visit)\\s+-?\\d|\\b(?:before|after|during|until|upon|prior to|within|once|when|as soon as|at the (?:end|beginning|start))\\b' +
    '|\\b(?:daily|weekly|monthly|annually|yearly|today|yesterday|tomorrow|twice|(?:every|each|an?|per) (?:\\w+ )?(?:second|minute|hour|day|week|month|year)s?|times|over time)\\b',
  'i',
);
const PLACE_WORDS =
  /^(?:streets?|roads?|avenues?|city|cities|towns?|villages?|country|countries|regions?|rooms?|floors?|buildings?|houses?|offices?|hospitals?|clinics?|centres?|centers?|schools?|parks?|rivers?|lakes?|seas?|coasts?|islands?|mountains?|valleys?|forests?|districts?|sites?|stations?|basements?|attics?|gardens?|halls?|wings?|desks?|shelf|shelves|box|lockers?|drawers?|cabinets?|refrigerators?|freezers?|folders?|directory|servers?|websites?|banks?|shops?|stores?|churches|church|university|universities|laboratory|laboratories|kitchen|cellar|roof|door|gate|entrance)$/;
const BEFORE_PLACES =
  /^(?:in|at|near|from|to|on|inside|outside|into|onto|around|across|along|behind|beneath|under|above|over|opposite|between|through|via|beside)$/;
const LOCATED = /\b(?:located|situated|based|headquarter\w*|address)\b/i;
// How many words may stand between `in` and the place.
const PLACE_REACH = 4;
const AGENT = /(?:ists?|ians?|[a-z]{3}ers?|[a-z]{3}ors?|ents|ants|eers?|ees?|desk|office|attorney|court)$/;
const NO_AGENT =
  /^(?:lower|upper|other|another|rather|whether|together|either|neither|further|farther|later|after|under|over|never|ever|however|water|paper|power|order|number|summer|winter|centre|center|letter|matter|corner|river|border|layer|filter|fever|dinner|supper|silver|copper|rubber|timber|major|minor|floor|colou?r|odou?r|error|interior|exterior|events?|cents?|parents?|moments?|percents?|[a-z]*ments?|accidents?|continents?|current|recent|different|present|frequent|independent|longer|shorter|higher|larger|smaller|older|younger|greater|earlier|september|october|november|december)$/;
const REASON =
  /\b(?:because|due to|owing to|since|as a result|so that|in order to|caused by|result(?:s|ed|ing)? (?:in|from)|reason|therefore|thus|hence|otherwise|fearing|for fear|to (?:avoid|prevent|ensure|reduce|protect|allow|make|keep|improve|help|provide|evaluate|assess|determine|test|compare)|leads? to|allow(?:s|ing|ed)?|thanks to|purpose|aims?|objective|goal|designed to|intended to|so)\b/i;
const MANNER = /\b(?:by|using|through|via|with|on|means of|method|procedure|steps?|first|then|must|should)\b/i;
const ROLE =
  /\b(?:president|director|doctor|dr|professor|prof|king|queen|emperor|minister|manager|chief|captain|scientist|author|engineer|nurse|physician|investigator|sponsor|company|university|committee|council|agency|government|team|department|staff|board|people|family|inc|ltd|who|cooperative|association|society|foundation|firm|club|citizens|union|bank|ministry|authority|institute|college|school|owner|employees?|members?|patients?|adults?|children|women|men|mother|father|nephew|neighbour|head|volunteers?|apprentices?)\b/i;
const WORDED_COUNT =
  /\b(?:several|few|many|couple|none|single|both|pair|once|twice|thrice|dozens?|hundreds|thousands|millions|majority)\b/i;
// How many words may stand between a number and what it counts.
const COUNT_REACH = 3;
const COUNT_LINK =
  /^(?:is|are|was|were|of|to|about|around|nearly|over|approximately|only|at|unchanged|almost|than|more|less|rose|fell)$/;
const PARTLY = 0.5;
const BARELY = 0.25;

/** How well a text holds something of the kind: 0 not at all, 1 surely. */
const DETECTORS: Readonly<Record<AnswerKind, Detector>> = {
  person: (candidate) =>
    hasNewName(candidate)
      ? 1
      : ROLE.test(candidate.text) || hasNewAgent(candidate) || hasDoer(candidate) || isPronominal(candidate)
        ? PARTLY
        : 0,
  name: (candidate) => (hasNewName(candidate) ? 1 : isPronominal(candidate) ? PARTLY : 0),
  date: ({ text }) => (DATE.test(text) ? 1 : TIME.test(text) ? PARTLY : 0),
  clock: ({ text }) => (CLOCK.test(text) ? 1 : TIME.test(text) ? BARELY : 0),
  time: ({ text }) => (TIME.test(text) || DATE.test(text) || CLOCK.test(text) ? 1 : 0),
  place: (candidate) => (namesFocus(candidate) ? 1 : Math.max(placeIn(candidate), hasNewName(candidate) ? PARTLY : 0)),
  measure: (candidate) =>
    candidate.marks.some((mark) => candidate.stems.has(mark))
      ? 1
      : candidate.measurable && hasNewNumber(candidate)
        ? BARELY
        : 0,
  count: (candidate) =>
    countsWhatIsAsked(candidate) || candidate.marks.some((mark) => candidate.stems.has(mark))
      ? 1
      : hasNewNumber(candidate)
        ? PARTLY
        : WORDED_COUNT.test(candidate.text)
          ? PARTLY
          : 0,
  reason: ({ text }) => (REASON.test(text) ? 1 : 0),
  manner: ({ text }) => (MANNER.test(text) ? 1 : 0),
  definition: () => PARTLY,
  truth: () => PARTLY,
  any: () => PARTLY,
};

const FORMLESS: ReadonlySet<AnswerKind> = new Set(['any', 'truth', 'definition', 'manner', 'reason']);

/** Whether an answer of the kind shows by its form: a date, a name, a number. */
export function hasForm(kind: AnswerKind): boolean {
  return !FORMLESS.has(kind);
}

/** @returns 0–1: whether the text holds an answer of that kind; 0.5 where the kind says nothing of form */
export function answersKind(kind: AnswerKind, candidate: Candidate): number {
  return DETECTORS[kind](candidate);
}

function hasNewNumber({ words, asked }: Candidate): boolean {
  return words.some((word) => (isQuantity(word) || isMagnitude(word.lower)) && !asked.has(word.stem));
}

/** A number that is no year and no ordinal. */
function isQuantity(word: Word): boolean {
  return word.isNumber && !/^(?:1[5-9]|20)\d\d$|\dth$/.test(word.lower) && !/\dth$/.test(word.stem);
}

function countsWhatIsAsked({ words, asked, counted }: Candidate): boolean {
  if (counted === undefined) return false;
  return words.some((word, at) => {
    if (!word.isNumber || asked.has(word.stem) || /\dth$/.test(word.stem)) return false;
    if (words[at + 1]?.stem === counted) return true;
    if (!isQuantity(word)) return false;
    const after = words.slice(at + 1, at + 1 + COUNT_REACH);
    return after.some((near) => near.stem === counted) || isCountedBefore(words, at, counted);
  });
}

/** `platforms: 14`, `the number of visitors was 300`. */
function isCountedBefore(words: readonly Word[], at: number, counted: string): boolean {
  const before = words.slice(Math.max(0, at - COUNT_REACH), at);
  const from = before.findLastIndex((near) => near.stem === counted);
  return from >= 0 && before.slice(from + 1).every((near) => COUNT_LINK.test(near.lower));
}

/** A place after a word such as `in`: a new name, a kind of place, or at least something new. */
function placeIn({ text, words, asked }: Candidate): number {
  if (LOCATED.test(text)) return 1;
  let best = 0;
  for (const [at, word] of words.entries()) {
    if (
      PLACE_WORDS.test(word.lower) &&
      !asked.has(word.stem) &&
      (words[at + 1]?.isNumber || words[at + 1]?.isCapitalised)
    )
      return 1;
    if (!BEFORE_PLACES.test(word.lower)) continue;
    const after = words.slice(at + 1, at + 1 + PLACE_REACH).filter((near) => !asked.has(near.stem));
    const first = after.find((near) => !near.isStop);
    if (first?.isCapitalised || after.some((near) => PLACE_WORDS.test(near.lower))) return 1;
    if (first && !first.isNumber) best = PARTLY;
  }
  return best;
}

function hasNewAgent({ words, asked }: Candidate): boolean {
  return words.some((word) => AGENT.test(word.lower) && !NO_AGENT.test(word.lower) && !asked.has(word.stem));
}

/** `She became …`: whoever it is was named before. */
function isPronominal({ text }: Candidate): boolean {
  return /^(?:he|she|they)\b/i.test(text);
}

/** `by the county`: whoever does it stands behind `by`. */
function hasDoer({ words, asked }: Candidate): boolean {
  return words.some((word, at) => {
    if (word.lower !== 'by') return false;
    const noun = words.slice(at + 1, at + 1 + PLACE_REACH).find((near) => !near.isStop);
    return noun !== undefined && !noun.isNumber && !asked.has(noun.stem) && !noun.lower.endsWith('ing');
  });
}

/** `the village of Sento`, `Linden Arena`: a new name beside the word for what is asked for. */
function namesFocus({ words, asked, focus }: Candidate): boolean {
  const isNewName = (word: Word | undefined): boolean =>
    word?.isCapitalised === true && !word.isStop && !asked.has(word.stem);
  return words.some(
    (word, at) =>
      focus.has(word.stem) &&
      (isNewName(words[at - 1]) ||
        isNewName(words[at + 1]) ||
        (words[at + 1]?.isStop === true && isNewName(words[at + 2]))),
  );
}

function hasNewName({ words, asked }: Candidate): boolean {
  return words.some((word, index) => {
    if (!word.isCapitalised || word.isStop || asked.has(word.stem)) return false;
    return index > 0 || words[1]?.isCapitalised === true;
  });
}

/** Whether a text gives a reason in so many words. */
export function answersReason(text: string): boolean {
  return REASON.test(text);
}
