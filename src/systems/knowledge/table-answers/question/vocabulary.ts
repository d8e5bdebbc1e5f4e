/** Ways to say what is to be computed. */
export type Aggregate = 'count' | 'distinct' | 'sum' | 'avg' | 'median' | 'min' | 'max';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const SUM_WORDS = words('total sum altogether combined overall aggregate');
export const AVERAGE_WORDS = words('average mean avg averaged');
export const MEDIAN_WORDS = words('median');
export const MAX_WORDS = words('highest maximum max largest biggest greatest most longest latest top best peak newest');
export const MIN_WORDS = words('lowest minimum min smallest least fewest shortest earliest worst bottom');
/** Who has the most of something is asked of what all of its rows come to. */
export const MOST_WORDS = words('most fewest least');
export const GROUP_WORDS = words('per by each every');
export const NOT_WORDS = words('not excluding except without isn aren never non');

/** Superlatives that name what they compare: the stems of columns that hold it. */
export const COMPARED: Readonly<Record<string, { readonly stems: readonly string[]; readonly way: 'min' | 'max' }>> = {
  expensive: { stems: ['price', 'cost', 'fare'], way: 'max' },
  priciest: { stems: ['price', 'cost', 'fare'], way: 'max' },
  cheapest: { stems: ['price', 'cost', 'fare'], way: 'min' },
  oldest: { stems: ['ag'], way: 'max' },
  youngest: { stems: ['ag'], way: 'min' },
  heaviest: { stems: ['weight', 'mass'], way: 'max' },
  lightest: { stems: ['weight', 'mass'], way: 'min' },
  tallest: { stems: ['height'], way: 'max' },
  fastest: { stems: ['speed'], way: 'max' },
  slowest: { stems: ['speed'], way: 'min' },
  longest: { stems: ['durat', 'length', 'distanc'], way: 'max' },
  shortest: { stems: ['durat', 'length', 'distanc'], way: 'min' },
  hottest: { stems: ['temperatur', 'temp'], way: 'max' },
  warmest: { stems: ['temperatur', 'temp'], way: 'max' },
  coldest: { stems: ['temperatur', 'temp'], way: 'min' },
  coolest: { stems: ['temperatur', 'temp'], way: 'min' },
  older: { stems: ['ag'], way: 'max' },
  younger: { stems: ['ag'], way: 'min' },
};

/** What may be added up over rows: of these, who has the highest is asked of the sum. */
export const ADDITIVE = words(
  'sale revenu unit amount quantiti qty cost volum spend spent total profit count number order',
);

/** What is said of things that are counted by a column of quantities: `how many laptops were sold`. */
export const QUANTITY_VERBS = words('sold sell ordered bought purchased shipped produced delivered made manufactured');
export const QUANTITY_STEMS = words('quantiti unit');

/** What the rows of tables mostly are; it says nothing about which of them are meant. */
export const POPULATION = words(
  `people person persons individuals employee employees worker workers staff customer customers client clients user users
   order orders item items product products transaction transactions sale sales car cars flight flights patient patients
   student students case cases visitor visitors session sessions house houses applicant applicants member members
   observation observations trip trips visit visits purchase purchases event events thing things participant participants
   country countries city cities company companies book books movie movies shop shops store stores`,
);

/** Questions of another kind: shares, differences, reasons. */
export const OTHER_KINDS = words(
  'percentage percent proportion ratio share difference compare compared correlation correlate trend why explain ' +
    'deviation variance growth change increase decrease faster slower forecast predict describe definition mean?',
);

/** Words that say nothing about which rows are meant. */
export const LIGHT = words(
  `a an the of in on at for from to with and or is are was were be been being do does did has have had having that which who
   whom whose what when where how many much there this these those it its their they we our us you your i me my can could
   would will shall should may please tell give show find list calculate compute determine get know want let s t all any
   value values number numbers amount amounts figure figures result entire whole across over during within among between
   table tables file files sheet sheets spreadsheet data dataset csv row rows record records entry entries line lines column
   listed recorded reported contained given made make appear appears occur occurred exist exists come came go went sold sell
   paid pay spent spend spending earned earn earning had hold held bought buy worked work works flew flown taken took took
   place placed happened happen were total sum altogether combined overall so far ever observed single one ones only just
   according based up than as if then into out about through still now currently different distinct unique various
   in-total single-most seen see measured measure registered belong belongs live lives lived living include includes
   included involve involving having reach reached achieve achieved got cost costs together time times level levels`,
);
