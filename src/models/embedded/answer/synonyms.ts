import { stemOf } from './words.ts';

/**
 * What a question and a text say of the same thing in different words, senses set apart by semicolons. Word vectors of a small model do
 * not bring these together: their likeness is that of the subject (`win` and `match`), not that of the meaning.
 */
const SENSES = `
accident crash collision; admission entry ticket entrance; advise recommend suggest; aim goal purpose objective;
allow permit let authorise authorize entitle; answer reply respond response; arrive reach land;
assist help support aid; attack raid assault invade; author write; ban forbid prohibit outlaw;
begin start commence open launch; belong own property; big large size; blame responsible cause;
break damage crack fracture; break fail failure malfunction; broadcast air transmit; build construct erect;
building house structure; bury cover engulf; buy purchase acquire; cancel terminate end revoke;
capacity hold fit accommodate seat; car vehicle automobile; careful caution; carry transport bring convey;
cause trigger lead result provoke due; cease stop end halt; change alter modify adjust; choose select pick elect;
clean wash; close shut; collapse fall; collect gather; come originate stem native; company firm business;
compose write; compute calculate; connect link join attach; consume use draw; contact call phone email write reach;
contest competition tournament; control regulate govern; cook prepare bake boil; cost price fee fare pay;
cost price sell; cost worth value; create make develop invent design; create make; create write; create compose;
create paint; create founded; cure treat heal recover; customer client buyer; damage destroy harm ruin;
danger hazard risk threat; deadline due; decline fall drop decrease shrink; shrink retreat recede;
decrease reduce lower cut; defeat beat win victory; delete remove erase; demolish tear raze destroy; depart leave;
depict show portray represent; design draft architect plan; destroy burn; diameter wide; die death kill perish drown;
direct lead head run manage; discover find detect; disease illness condition disorder; doctor physician;
donate give gift; drink beverage; dry arid; duration last take; earn pay salary wage; eat feed diet consume prey;
elect vote; employ work staff hire; employee staff worker; employer company; empty drain;
end finish conclude expire lapse; end until; enemy predator; enlarge expand extend; enter entry; equip fit;
error fault bug; escape flee; establish founded set create start; examine inspect check test;
except exempt exclude spare; exhibit display show; expensive cost price; expire lapse end; faith religion; fall drop;
father dad; fill full; film movie; finance fund pay sponsor money; find discover; fix repair mend; food eat feed diet;
fragile break; free exempt; frequent often; friend companion; garbage waste trash; gather meet assemble;
generate produce make deliver output supply; give donate present award; grant award; grow raise cultivate plant;
guarantee warranty; guide lead; habitat live inhabit; head lead chief director; height tall high; hide conceal;
holiday vacation leave; house accommodate store keep; hurt injure wound; ill sick; import bring;
improve better enhance; include comprise; indicate mean show signal; inhabit live;
inhabitant resident population people; injure hurt wound; insert put place; inspect examine; install mount fit;
instruct teach train; instructor teacher trainer; invent create develop devise;
job work position occupation profession; join enter enrol enroll member; journey trip voyage travel;
keep retain store preserve save; keep survive remain except spare; kill die death; language write;
lawyer attorney counsel; leader head chief; leave depart; lend loan borrow; length long; licence license permit;
lifespan live; lift raise; link connect; live reside dwell inhabit; live age lifespan; locate lie situate stand;
lose defeat beat; lose loss; lower reduce; maintain service; make manufacture produce build; manufacture produce make;
manufacturer maker producer; match game final play; marry wife husband spouse wed; material make; measure metre;
medicine drug medication tablet; mistake error; moult shed; move relocate transfer shift; murder kill assassinate;
music compose; notice announce; notify inform tell alert; occupation work; open reopen launch inaugurate;
oppose against object; owner own possess belong; paint artist painter; pay refund reimburse; pay finance fund;
penalty fine fee charge; penalty punish; perform play; permit licence; person people; phone telephone; pick harvest;
possess own; power watt; predator enemy hunt prey; pregnant pregnancy; press push hold click; prevent avoid stop;
previous former before; prey hunt eat feed; price cost; print publish; prize award win; problem issue trouble;
produce make yield; prohibit forbid ban; promote advance; propose suggest recommend; protect guard shield defend;
provide supply give; publish release issue; quarrel dispute; quit resign leave; rain precipitation; reach contact;
receive get obtain; recommend advise should; recover heal regain; reduce lower; refund reimburse repay;
refuse reject decline; regenerate regrow grow; reign rule govern; release publish launch; remain survive keep stay;
remove delete take; remuneration salary wage pay; renew extend; renovate restore refurbish; repair fix mend restore;
replace substitute; reply answer; reproduce breed; request ask apply; rescue save; reside live; resign quit step;
restart reboot; restore repair renovate; restrict limit; return come back; reveal show; revenue money income;
rich wealthy; ruin destroy; rule reign govern; safe safety danger harm hazard; salary pay wage earn;
scare afraid fear; score goal point; secure protect; see visible view; sell sale; send submit mail deliver;
separate divide split; serve feed; settle colonise colonize; ship vessel boat ferry; shipwreck wreck sink;
show display depict; side adverse; side unwanted; silence mute quiet; sign symptom; introduce launch release;
founded open; dog pet; cat pet; animal pet; raise grow; lead head chair; start join begin;
luggage baggage bag suitcase; plane aircraft flight airplane; outside outdoors; inside indoors;
previously previous before earlier formerly; winter hibernate; situate lie locate; sleep rest hibernate;
smell odour odor scent; speed fast; spend pay cost; start founded begin; start boot; steal theft rob; stop halt cease;
store keep; street road; strengthen reinforce; strong strength; structure building; student pupil; study research;
succeed follow after; sufferer patient; supervise oversee; supply provide deliver; support help; suspend pause;
taste flavour flavor; teach instruct; team club; temporary interim; territory area; topic subject theme;
town village city; trade sell; translate version; travel fly go migrate; treat therapy; treatment therapy;
trigger cause; turn rotate; turn switch; understand comprehend; unite merge; update upgrade; urgent emergency;
vacation holiday leave; version release; victim dead killed; victory win; visit tour; visitor guest spectator attend;
volcano erupt; vote election; war conflict battle; warn alert; warranty guarantee; weigh weight; wide width;
win beat defeat champion; winner win; work job employ; wreck sink run; write author; writer author write;
wrong incorrect; wrong fail error; yearly annual; young juvenile cub
`;

/** What says the opposite: it answers whether something is so. */
const OPPOSITES = `
safe contraindicated dangerous harmful unsafe avoid toxic poisonous; allowed permitted forbidden prohibited banned;
allow permit prevent block refuse; open closed shut; free paid pay cost charge fee;
legal illegal forbidden prohibited; possible impossible; include exclude except exempt; cover exclude except;
take avoid contraindicated stop; eat avoid; drink avoid; alive dead died extinct;
available unavailable sold discontinued; easy difficult hard; expensive cheap; win lose defeat;
accept refuse reject decline; approve reject refuse; reusable disposable single; waterproof water wet;
suitable unsuitable; optional mandatory compulsory required; necessary optional unnecessary; required optional;
public private; support deprecated drop; increase decrease; rise fall; edible poisonous toxic inedible;
refundable nonrefundable; outside outdoors indoors inside; inside indoors outside outdoors
`;

const indexed = (lines: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const related = new Map<string, Set<string>>();
  for (const line of lines.split(';')) {
    const stems = line.trim().split(/\s+/).map(stemOf);
    for (const stem of stems) related.set(stem, new Set([...(related.get(stem) ?? []), ...stems]));
  }
  return related;
};

const NONE: ReadonlySet<string> = new Set();
const SAME = indexed(SENSES);
const OPPOSITE = indexed(OPPOSITES);

/** Stems that may stand in a text for a stem of a question, itself among them. */
export function synonymsOf(stem: string): ReadonlySet<string> {
  return SAME.get(stem) ?? NONE;
}

/** Stems that answer, by saying no, whether something is as the stem says. */
export function oppositesOf(stem: string): ReadonlySet<string> {
  return OPPOSITE.get(stem) ?? NONE;
}
