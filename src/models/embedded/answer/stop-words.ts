const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words that say nothing of what a question is about. */
export const STOP_WORDS = setOf(
  'a an the this that these those and or but nor if then than as at by for from in into of off on onto out over to up with ' +
    'without about between within through during per via upon among against toward towards is are was were be been being am ' +
    'do does did doing done have has had having will would shall should can could may might must it its it’s he him his she ' +
    'her hers they them their theirs we us our ours you your yours i me my mine who whom whose which what when where why how ' +
    'there here so such both each any some all also just only very too more most much many other own same not no yes n’t ' +
    's t re ve ll d m get got let one’s please tell give know say said according based',
);

/** Words of a question that shape the answer wanted and need not stand in it. */
export const QUESTION_FRAME_WORDS = setOf(
  'following document text passage context information provided report article section paragraph describe explain list name ' +
    'define state summarize summarise outline identify specify mention mentioned mentions discuss discussed happen happens ' +
    'happened type types kind kinds sort term called mean means meaning example examples thing things way ways ' +
    'various different certain overall main exactly approximately currently details detail',
);

/** Verbs and adverbs so general that a text rarely answers in the same ones. */
export const LIGHT_WORDS = setOf(
  'take takes took taken taking part place put puts bring brings brought bringing keep keeps kept keeping need needs needed ' +
    'use uses used using become becomes became find finds found come comes came go goes went make makes made making give ' +
    'gives gave given giving carry carries carried hold holds held want wants ' +
    'let lets see sees saw seen look looks work works worked call calls happen run runs ran own owns owned include includes ' +
    'included contain contains contained involve involves involved consist consists provide provides offer offers occur ' +
    'occurs exist exists want get gets got show shows showed shown able allow allows allowed cannot try tries tried turn turns ' +
    'set sets leave leaves left wait stay stays follow follows followed receive receives received do done increase know known ' +
    'now before after back down still ever usually often always today first second third last new old long good bad big small ' +
    'large great high low early late people person someone anyone everybody anything something else away really actually again ' +
    'early soon one top minimum maximum possible likely available main important famous well away each during required require requires require order',
);

/** Words that refer back to what the sentence before speaks of. */
export const BACK_REFERENCES = setOf(
  'it its they their them these this those he his him she her both such therefore otherwise also however',
);

/** Verbs of a question for a place that say no more than `where`. */
export const PLACING_WORDS = setOf(
  'located situated based stored store kept found placed held lies lie going go headed live lives spend seen see',
);

/** Nouns that stand behind `the` for something named before. */
export const CLASS_NOUNS = setOf(
  'drug medicine medication tablet product device machine tool software program library package service model company firm ' +
    'organisation organization group team band club school university hospital museum building house bridge tower church ship ' +
    'boat vessel ferry train car vehicle plane aircraft animal bird fish insect species plant tree flower book novel film movie song ' +
    'album painting statue poem play town city village island country river lake mountain volcano planet star comet battle war ' +
    'treaty festival event project study trial experiment disease substance material method process',
);
