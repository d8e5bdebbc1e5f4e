/** Irregular verbs and plurals, each line its base form first: what a stemmer cannot bring together. */
const FORMS = `
be|am is are was were been being
have|has had
do|does did done
go|went gone
begin|began begun
break|broke broken
bring|brought
build|built
buy|bought
catch|caught
choose|chose chosen
come|came
cost|costed
cut|cutting
deal|dealt
draw|drew drawn
drink|drank drunk
drive|drove driven
eat|ate eaten
fall|fell fallen
feed|fed
feel|felt
fight|fought
find|found
fly|flew flown
forbid|forbade forbidden
forget|forgot forgotten
freeze|froze frozen
give|gave given
grow|grew grown
hear|heard
hide|hid hidden
hold|held
keep|kept
know|knew known
lay|laid
lead|led
leave|left
lend|lent
lie|lay lain
lose|lost
make|made
mean|meant
meet|met
pay|paid
rise|rose risen
run|ran
see|saw seen
seek|sought
sell|sold
send|sent
shake|shook shaken
shoot|shot
show|showed shown
sing|sang sung
sink|sank sunk
sit|sat
sleep|slept
speak|spoke spoken
spend|spent
stand|stood
steal|stole stolen
stick|stuck
strike|struck
swim|swam swum
take|took taken
teach|taught
tear|tore torn
tell|told
think|thought
throw|threw thrown
understand|understood
wear|wore worn
win|won
withdraw|withdrew withdrawn
write|wrote written
bear|bore borne born
bend|bent
bite|bit bitten
bleed|bled
blow|blew blown
breed|bred
burn|burnt
dig|dug
flee|fled
hang|hung
leap|leapt
learn|learnt
overcome|overcame
ride|rode ridden
shine|shone
shrink|shrank shrunk
slide|slid
spill|spilt
spin|spun
spring|sprang sprung
swear|swore sworn
sweep|swept
swing|swung
undergo|underwent undergone
wake|woke woken
weave|wove woven
loaf|loaves
wolf|wolves
knife|knives
half|halves
thief|thieves
shelf|shelves
goose|geese
bacterium|bacteria
child|children
man|men
woman|women
person|people persons
foot|feet
tooth|teeth
mouse|mice
life|lives
wife|wives
criterion|criteria
diagnosis|diagnoses
analysis|analyses
`;

export const BASE_FORMS: ReadonlyMap<string, string> = new Map(
  FORMS.trim()
    .split('\n')
    .flatMap((line) => {
      const [base = '', forms = ''] = line.split('|');
      return forms.split(' ').map((form) => [form, base] as const);
    }),
);
