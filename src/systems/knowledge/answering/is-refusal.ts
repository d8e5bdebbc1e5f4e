const NOT_FOUND =
  /\b(?:could|can|was|were|am|is|are) ?(?:not|n['’]t|unable to|not able to) (?:be )?(?:find|found|answer(?:ed)?|determine[d]?|locate[d]?)\b|\bunable to (?:find|answer|determine|locate)\b/i;
const NOT_SAID =
  /\b(?:search results?|passages?|context|documents?|sources?|information|text)\b[^.]{0,80}\b(?:do|does|did) ?(?:not|n['’]t) (?:\w+ )?(?:contain|say|mention|provide|specify|include|state|hold|answer|give|tell)/i;
const NOT_KNOWN = /\b(?:i (?:do not|don['’]t) know|there is no (?:information|mention|answer))\b/i;
// What comes after so many characters is a remark beside an answer.
const OPENING = 220;

/** Whether a text says that an answer was not found, in place of one. */
export function isRefusal(text: string): boolean {
  const opening = text.trim().slice(0, OPENING);
  return opening === '' || [NOT_FOUND, NOT_SAID, NOT_KNOWN].some((sign) => sign.test(opening));
}
