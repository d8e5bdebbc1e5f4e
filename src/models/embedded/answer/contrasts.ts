/** Words that are alike and yet never the same: where one is asked for, another is no answer. */
const GROUPS = `
monday tuesday wednesday thursday friday saturday sunday weekday weekend
january february march april june july august september october november december
spring summer autumn winter
north south east west northern southern eastern western
left right
upper lower
red blue green yellow black white grey gray brown orange purple pink
mother father wife husband son daughter brother sister uncle aunt nephew niece cousin grandmother grandfather widow
man woman boy girl
child adult
male female
king queen prince princess emperor
minimum maximum
increase decrease
rise fall
open close
start end
begin end
arrive depart
entry exit
buy sell
import export
win lose
first last
morning evening noon night afternoon
breakfast lunch dinner
hot cold
plant animal
gain loss
profit loss revenue
import export
input output
teacher student
doctor patient
`;

const GROUPS_BY_WORD: ReadonlyMap<string, ReadonlySet<number>> = GROUPS.trim()
  .split('\n')
  .reduce((groups, line, index) => {
    for (const word of line.split(' ')) groups.set(word, new Set([...(groups.get(word) ?? []), index]));
    return groups;
  }, new Map<string, Set<number>>());

/** Whether two words, each in its base form, exclude each other: `wife` and `mother`, `monday` and `tuesdays`. */
export function areContrasts(left: string, right: string): boolean {
  const [one, other] = [groupsOf(left), groupsOf(right)];
  return one !== undefined && other !== undefined && [...one].some((group) => other.has(group));
}

function groupsOf(word: string): ReadonlySet<number> | undefined {
  return GROUPS_BY_WORD.get(word) ?? GROUPS_BY_WORD.get(word.replace(/(?:es|s)$/, ''));
}
