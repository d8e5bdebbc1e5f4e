import { describe, expect, it } from 'vitest';
import { decodeText, looksLikeText } from './decode-text.ts';
import { detectEncoding } from './detect-encoding.ts';
import { decodeWindows1252 } from './windows-1252.ts';

/** Bytes in an encoding that the platform only reads: looked up among what each byte, or pair of bytes, stands for. */
function encode(text: string, encoding: string): Uint8Array {
  const decode = (...bytes: number[]): string =>
    encoding === 'windows-1252'
      ? decodeWindows1252(Uint8Array.from(bytes))
      : new TextDecoder(encoding).decode(Uint8Array.from(bytes));
  const known = new Map<string, number[]>();
  for (let lead = 0x80; lead < 0x100; lead += 1) {
    known.set(decode(lead), [lead]);
    if (!/jis|euc|gb|big5/.test(encoding)) continue;
    for (let trail = 0x40; trail < 0x100; trail += 1) {
      const character = decode(lead, trail);
      if ([...character].length === 1 && !known.has(character)) known.set(character, [lead, trail]);
    }
  }
  return Uint8Array.from(
    [...text].flatMap((character) => (character < '\x80' ? [character.charCodeAt(0)] : (known.get(character) ?? []))),
  );
}

const TEXTS = {
  french: 'Le médecin a été prévenu : la dose prévue où l’élève côtoie des garçons âgés, près de là.',
  german: 'Die Prüfung für größere Gebäude läuft; Übungen müssen „täglich“ erfüllt werden, heißt es.',
  spanish: '¿Cuántos años tenía el niño? La información del señor está aquí, según él, mañana también.',
  swedish: 'Läkaren får ge två tabletter på kvällen; därför går så många hem igen när de mår bättre.',
  polish: 'Zażółć gęślą jaźń: pacjenci będą brać lek codziennie, więc proszę się zgłosić wcześniej.',
  czech: 'Příliš žluťoučký kůň úpěl ďábelské ódy; léčba byla účinná a pacienti zůstali v nemocnici.',
  hungarian: 'Árvíztűrő tükörfúrógép: a betegek gyógyszert kaptak, és később jól érezték magukat újra.',
  turkish: 'Hastalar ilacı günde iki kez alacak; ağrı geçmezse doktora başvurulmalı, çünkü şikayet artıyor.',
  russian: 'Исследователь может прекратить лечение участника в любое время по своему усмотрению.',
  ukrainian: 'Дослідник може припинити лікування учасника в будь-який час, якщо є небезпека, її причини.',
  greek: 'Ο ερευνητής μπορεί να διακόψει τη θεραπεία ενός συμμετέχοντα ανά πάσα στιγμή.',
  hebrew: 'החוקר רשאי להפסיק את הטיפול במשתתף בכל עת לפי שיקול דעתו הרפואי',
  arabic: 'يجوز للباحث إيقاف علاج المشارك في أي وقت وفقا لتقديره الطبي في الدراسة',
  thai: 'ผู้วิจัยอาจหยุดการรักษาผู้เข้าร่วมการวิจัยได้ตลอดเวลาตามดุลยพินิจ',
  japanese: '治験責任医師は、いつでも参加者の治療を中止することができます。検査の結果を確認してください。',
  korean: '연구자는 언제든지 참가자의 치료를 중단할 수 있습니다. 검사 결과를 확인해 주십시오.',
  simplified: '研究者可以随时停止对参与者的治疗。请在每次访视时确认检查的结果，并且记录下来。',
  traditional: '研究者可以隨時停止對參與者的治療。請在每次訪視時確認檢查的結果，並且記錄下來。',
} as const;

const IN: ReadonlyArray<readonly [keyof typeof TEXTS, readonly string[]]> = [
  ['french', ['windows-1252']],
  ['german', ['windows-1252']],
  ['spanish', ['windows-1252']],
  ['swedish', ['windows-1252']],
  ['polish', ['windows-1250', 'iso-8859-2']],
  ['czech', ['windows-1250', 'iso-8859-2']],
  ['hungarian', ['windows-1250']],
  ['turkish', ['windows-1254']],
  ['russian', ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5']],
  ['ukrainian', ['windows-1251', 'koi8-u']],
  ['greek', ['windows-1253']],
  ['hebrew', ['windows-1255']],
  ['arabic', ['windows-1256']],
  ['thai', ['windows-874']],
  ['japanese', ['shift_jis', 'euc-jp']],
  ['korean', ['euc-kr']],
  ['simplified', ['gb18030']],
  ['traditional', ['big5']],
];
const CASES = IN.flatMap(([language, encodings]) => encodings.map((encoding) => [language, encoding] as const));

describe('detecting an encoding', () => {
  it.each(CASES)('reads %s in %s', (language, encoding) => {
    const bytes = encode(`Protocol 12:\r\n${TEXTS[language]}\r\n`, encoding);
    expect(decodeText(bytes)).toBe(`Protocol 12:\r\n${decoded(bytes, encoding)}\r\n`);
    // Most of the text is there: the encoding has its characters.
    expect(decoded(bytes, encoding).length).toBeGreaterThan(0.9 * TEXTS[language].length);
  });

  it.each(Object.entries(TEXTS))('reads %s in UTF-8 and in UTF-16 without a mark', (_language, text) => {
    const lines = `${text}\n${text}\n`;
    const little = Buffer.from(lines, 'utf16le');
    expect(decodeText(Buffer.from(lines))).toBe(lines);
    expect(decodeText(little)).toBe(lines);
    expect(decodeText(Buffer.from(little).swap16())).toBe(lines);
    expect(looksLikeText(little)).toBe(true);
  });

  it('finds the first letters beyond ASCII wherever they stand', () => {
    const bytes = Buffer.concat([Buffer.from('plain words '.repeat(20_000)), encode(TEXTS.russian, 'koi8-r')]);
    expect(detectEncoding(bytes)).toBe('koi8-r');
  });

  it('takes few letters for Windows-1252', () => {
    expect(decodeText(Uint8Array.of(0x63, 0x61, 0x66, 0xe9))).toBe('café');
    expect(decodeText(Uint8Array.of(0x93, 0x61, 0x94, 0x20, 0x80))).toBe('“a” €');
  });

  it('keeps UTF-8 with a broken byte, and believes it before a declaration', () => {
    const bytes = Buffer.concat([Buffer.from(TEXTS.greek), Uint8Array.of(0xff), Buffer.from(TEXTS.greek)]);
    expect(decodeText(bytes)).toBe(`${TEXTS.greek}\ufffd${TEXTS.greek}`);
    expect(decodeText(Buffer.from(TEXTS.french), 'iso-8859-1')).toBe(TEXTS.french);
  });

  it('reads ISO 2022-JP', () => {
    const escaped = Uint8Array.of(0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42, 0x61);
    expect(decodeText(escaped)).toBe('あa');
  });
});

function decoded(bytes: Uint8Array, encoding: string): string {
  const text = encoding === 'windows-1252' ? decodeWindows1252(bytes) : new TextDecoder(encoding).decode(bytes);
  return text.slice('Protocol 12:\r\n'.length, -2);
}
