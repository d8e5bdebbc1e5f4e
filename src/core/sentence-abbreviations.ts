/**
 * Abbreviations whose full stop seldom ends a sentence, lower case, without their last full stop. English first, then what
 * German, French, Spanish, Italian, Portuguese and Dutch prose uses most.
 */
const NEVER_LAST =
  'mr mrs ms mx dr prof rev fr hon gen col maj capt lt sgt cmdr gov sen pres messrs mmes ' +
  'e.g eg i.e ie cf viz vs v approx ca c fig figs eq eqs sec secs ch chap vol vols nr para pp pg p ' +
  'tab ed eds trans dept univ blvd resp incl excl esp avg temp conc wt vgl bzw z.b d.h ' +
  'u.a hr hrn fr frau nr abs bd bspw evtl ggf sog mme mmes mlle mm sr sra srta dña pág págs núm ' +
  'ej p.ej sig sigg sigra dott pag pagg dhr mevr bijv n.b q.v s.a';

/** These often do end one: they join only when the next word does not look like the start of a sentence. */
const MAY_BE_LAST =
  'etc al inc ltd co corp plc llc bros jr sr esq ph.d m.d b.a m.a b.sc m.sc d.phil a.m p.m u.s u.k u.n e.u u.s.a d.c ' +
  'usw ecc jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun hrs hr yr yrs wk wks mo mos sec est dist ' +
  'max min ave mt ft env av rep st app m ex';

/** Words of the language otherwise: abbreviations only where a number follows. */
const BEFORE_NUMBERS = 'no nos art arts par ref refs item';

/** Words that open sentences far more often than they follow an abbreviation or an initial. */
const OPENERS =
  'the this that these those it its he she they we you i a an in on at for from with when while if as after before ' +
  'however therefore thus moreover furthermore although because since during there here all any each every both some no ' +
  'not our their his her my your what which who where why how patients subjects participants das der die ein eine es er ' +
  'sie wir le la les un une il elle nous el los las ella';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

export const NEVER_LAST_ABBREVIATIONS = setOf(NEVER_LAST);
export const MAY_BE_LAST_ABBREVIATIONS = setOf(MAY_BE_LAST);
export const ABBREVIATIONS_BEFORE_NUMBERS = setOf(BEFORE_NUMBERS);
export const SENTENCE_OPENERS = setOf(OPENERS);

/** Month names that follow an ordinal with a full stop: `3. März`. */
export const ORDINAL_MONTHS = setOf(
  'januar jänner februar märz april mai juni juli august september oktober november dezember',
);
