/** How a language shows in an 8-bit encoding. */
export interface LanguageProfile {
  readonly encodings: readonly string[];
  /** Latin: the letters beyond ASCII that the language writes. Others: its most frequent letters. */
  readonly letters: string;
  /** Absent: Latin, whose words are mostly ASCII. */
  readonly script?: 'Cyrillic' | 'Greek' | 'Hebrew' | 'Arabic' | 'Thai';
}

const WESTERN = ['windows-1252'];
const CENTRAL = ['windows-1250', 'iso-8859-2'];
const CYRILLIC = ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5'];

/** The first of several that fit alike is taken. */
export const LANGUAGE_PROFILES: readonly LanguageProfile[] = [
  { encodings: WESTERN, letters: 'éèàùçêâîôûëïœ' },
  { encodings: WESTERN, letters: 'äöüß' },
  { encodings: WESTERN, letters: 'áéíóúñü' },
  { encodings: WESTERN, letters: 'ãõçáéíóúâêôà' },
  { encodings: WESTERN, letters: 'àèéìòù' },
  { encodings: WESTERN, letters: 'åäöæøé' },
  { encodings: WESTERN, letters: 'áéíóúýþðæö' },
  { encodings: CENTRAL, letters: 'ąćęłńóśźż' },
  { encodings: CENTRAL, letters: 'áčďéěíňóřšťúůýž' },
  { encodings: CENTRAL, letters: 'áäčďéíĺľňóôŕšťúýž' },
  { encodings: CENTRAL, letters: 'áéíóöőúüű' },
  { encodings: CENTRAL, letters: 'ăâîşţ' },
  { encodings: CENTRAL, letters: 'čćđšž' },
  { encodings: ['windows-1254'], letters: 'çğıöşü' },
  { encodings: ['windows-1257'], letters: 'ąčęėįšųūž' },
  { encodings: ['windows-1257'], letters: 'āčēģīķļņšūž' },
  { encodings: CYRILLIC, letters: 'оеаинтсрвлкмдпуяыьгз', script: 'Cyrillic' },
  { encodings: ['windows-1251', 'koi8-u'], letters: 'оанитвіерслкдумпяєї', script: 'Cyrillic' },
  { encodings: ['windows-1253', 'iso-8859-7'], letters: 'αοιετσνηυρπκμλςάόίέήύώ', script: 'Greek' },
  { encodings: ['windows-1255'], letters: 'יוהלאמתברנשד', script: 'Hebrew' },
  { encodings: ['windows-1256', 'iso-8859-6'], letters: 'اليمنوترهبةعدفس', script: 'Arabic' },
  { encodings: ['windows-874'], letters: 'านรอกเงมยลวดทสต', script: 'Thai' },
];
