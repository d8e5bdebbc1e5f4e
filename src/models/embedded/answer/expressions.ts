/**
 * Written forms that speak for a word without its standing there: a price answers `cost`, `(1871–1938)` answers `died`.
 * Each is known by a mark that is kept among a unit's stems.
 */
interface Expression {
  readonly mark: string;
  readonly pattern: RegExp;
  /** The words that it speaks for, as stems are looked up by. */
  readonly words: string;
}

const EXPRESSIONS: readonly Expression[] = [
  {
    mark: '#money',
    pattern:
      /[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹]|(?:dollars?|euros?|pounds?|cents?|pence|usd|eur|gbp|yen|rupees?|francs?)\b)|\b(?:pay|pays|paid|costs?|price of|fee of|worth|earns?|earned) (?:\w+ ){0,3}\d|\bfree of charge\b|\bfor free\b/i,
    words:
      'cost costs price pay pays paid payment fee fees charge charged fine expensive cheap money fare worth spend earn salary refund',
  },
  {
    mark: '#lifetime',
    pattern: /\(\s*(?:c\.|ca\.|born|b\.)?\s*\d{3,4}\s*[-–—]\s*(?:c\.|ca\.)?\s*\d{3,4}\s*\)/i,
    words: 'born birth die died death dies live lived',
  },
  {
    mark: '#phone',
    pattern: /\+\d[\d ()-]{6,}|\b\d{3,4}[ -]\d{3,4}(?:[ -]\d{2,4})?\b|\(\d{2,5}\)\s?\d{3}/,
    words: 'phone telephone call number contact reach fax hotline',
  },
  { mark: '#mail', pattern: /[\w.+-]+@[\w-]+\.\w/, words: 'email mail contact write reach' },
  { mark: '#site', pattern: /https?:\/\/|\bwww\.\w/i, words: 'website site url link page online' },
  {
    mark: '#temperature',
    pattern: /\d\s?°\s?[CF]?\b|\d\s?(?:degrees|celsius|fahrenheit)\b/i,
    words: 'temperature hot cold warm degrees heat temperatures',
  },
  {
    mark: '#weight',
    pattern: /\d\s?(?:kg|g|mg|kilograms?|grams?|pounds?|lbs?|tons?|tonnes?|ounces?|oz)\b/i,
    words: 'weigh weighs weight heavy mass much',
  },
  {
    mark: '#length',
    pattern:
      /\d\s?(?:nautical |light )?(?:km|m|cm|mm|kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|miles?|feet|foot|ft|inch(?:es)?|yards?)\b/i,
    words: 'length long distance far size big',
  },
  {
    mark: '#extent',
    pattern:
      /\d\s?-?(?:m|cm|mm|centimet(?:re|er)s?|met(?:re|er)s?|feet|foot|ft|inch(?:es)?|yards?|fathoms?|stor(?:e?y|e?ys|ies)|floors?)\b|\b(?:high|tall|deep|wide|height|depth|width|thick|across|diameter)\b.*\d|\d.*\b(?:high|tall|deep|wide|height|depth|width|thick|across|diameter|above sea level)\b/i,
    words: 'height tall high deep depth wide width thick diameter',
  },
  {
    mark: '#period',
    pattern:
      /\bfrom \d{4} (?:to|until) \d{4}|\b(?:since|until) \w|\bas long as\b|\b(?:indefinitely|forever|lifelong|overnight|permanently)\b|\b(?:\d+|several|half|(?<!\d\S* (?:\w+ ){0,2})an?)[\s-](?:\w+\s)?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)\b/i,
    words: 'long last lasts duration period time takes',
  },
  { mark: '#share', pattern: /\d\s?%|\bper ?cent\b/i, words: 'percentage percent share proportion rate fraction' },
  {
    mark: '#age',
    pattern:
      /\b(?:aged?|ages)\s+\d|\d[\s-]years?[\s-](?:old|of age)\b|\b(?:over|under|older than|younger than|at least) \d+(?: years)?\b/i,
    words: 'age old young older younger aged',
  },
  {
    mark: '#ban',
    pattern:
      /\b(?:not (?:be )?(?:allowed|permitted)|forbidden|prohibited|banned|must (?:not|never)|may not|do not|exclu(?:ded|sion)|ineligible|not eligible)\b/i,
    words: 'allowed permitted forbidden prohibited banned cannot allow permit prohibit excluded ineligible',
  },
  {
    mark: '#colour',
    pattern:
      /\b(?:red|blue|green|yellow|black|white|grey|gray|brown|orange|purple|pink|violet|golden?|silver|beige|turquoise|cream|ivory|crimson|scarlet|navy|maroon|amber|pale|transparent|colou?rless)\b/i,
    words: 'colour color colours colors',
  },
  {
    mark: '#dose',
    pattern:
      /\d\s?(?:mg|mcg|µg|μg|micrograms?|milligrams?|ml|millilit(?:re|er)s?|iu|units|tablets?|capsules?|drops|puffs)\b/i,
    words: 'dose dosage doses amount strength',
  },
  {
    mark: '#speed',
    pattern: /\d\s?(?:km\/h|mph|kph|m\/s|rpm|knots|kmh|mbps|gbps)\b|\bper (?:hour|second|minute)\b/i,
    words: 'speed fast velocity rate',
  },
  {
    mark: '#occupation',
    pattern:
      /\b(?:(?:is|was|are|were) an?|(?:became|as)(?: an?| the)?) (?:\p{L}+ ){0,3}\p{L}*(?:er|or|ist|ian|ect|ant|ent|man|eur|ess|eon|eer|chef|nurse|pilot|smith)\b/iu,
    words: 'profession occupation job career position role title',
  },
  {
    mark: '#area',
    pattern:
      /\d\s?(?:m²|km²|m2|km2|sq\.? ?(?:m|km|mi|ft)|square (?:\w+)|hectares?|acres?|ha|litres?|liters?|gallons?)\b/i,
    words: 'area size big large',
  },
  {
    mark: '#maker',
    pattern: /\bby (?:the )?\p{Lu}/u,
    words: 'author writer composer artist painter creator inventor director',
  },
  {
    mark: '#cause',
    pattern: /\b(?:because|due to|owing to|caused by|results? (?:of|from)|when|if|after)\b/i,
    words: 'cause causes caused reason',
  },
  {
    mark: '#frequency',
    pattern:
      /\b(?:hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|annually|yearly|(?:every|each) (?:\w+ ){0,2}(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?|morning|evening|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|(?:once|twice|times|\d+) (?:an?|per|every|each|in)|(?:mon|tues|wednes|thurs|fri|satur|sun)days|always|never|rarely|before|after)\b/i,
    words: 'often frequently frequency',
  },
  {
    mark: '#data',
    pattern: /\d\s?(?:[kmgt]i?b|(?:kilo|mega|giga|tera)?(?:bytes?|bits?))\b/i,
    words: 'size memory storage capacity large big',
  },
  {
    mark: '#power',
    pattern: /\d\s?(?:[kmg]?wh?|(?:kilo|mega|giga)?watts?(?: hours?)?|volts?|amps?|horsepower|hp)\b/i,
    words: 'power electricity energy capacity output voltage strong powerful',
  },
  {
    mark: '#volume',
    pattern: /\d\s?(?:m³|m3|cubic \w+|litres?|liters?|l|ml|millilit(?:re|er)s?|gallons?|pints?|cups?)\b/i,
    words: 'volume capacity hold holds fit fits much',
  },
  {
    mark: '#death',
    pattern:
      /\b(?:los[et] (?:his|her|their|its) li(?:fe|ves)|killed|drowned|perished|fatal(?:ities|ly)?|deaths?|died|dead)\b/i,
    words: 'die dies died death deaths dead killed kill fatalities casualties',
  },
  {
    mark: '#start',
    pattern: /\bfrom (?:the )?\w|\b(?:begin|began|begun|beginning|start|commenc|open|launch|since)\w*\b/i,
    words: 'begin begins began start starts started commence',
  },
];

// Which number it is does not matter: any stands for the figure that a pattern looks for.
const WRITTEN_NUMBERS =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundred|thousand|million)\b/gi;

/** The marks of the expressions that a text holds. */
export function expressionsIn(text: string): string[] {
  const figures = text.replace(WRITTEN_NUMBERS, '1');
  return EXPRESSIONS.filter(({ pattern }) => pattern.test(figures)).map(({ mark }) => mark);
}

const MARKS_BY_WORD: ReadonlyMap<string, readonly string[]> = EXPRESSIONS.reduce((marks, { mark, words }) => {
  for (const word of words.split(' ')) marks.set(word, [...(marks.get(word) ?? []), mark]);
  return marks;
}, new Map<string, string[]>());

/** The marks that speak for a word. */
export function expressionsFor(word: string): readonly string[] {
  return MARKS_BY_WORD.get(word) ?? [];
}
