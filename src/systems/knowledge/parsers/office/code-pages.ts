/** Windows code pages by the names that the Encoding Standard gives them; others are read as Western European. */
const ENCODINGS: Readonly<Record<number, string>> = {
  866: 'ibm866',
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1200: 'utf-16le',
  1201: 'utf-16be',
  10000: 'macintosh',
  10007: 'x-mac-cyrillic',
  20127: 'windows-1252',
  20866: 'koi8-r',
  20932: 'euc-jp',
  21866: 'koi8-u',
  50220: 'iso-2022-jp',
  50221: 'iso-2022-jp',
  50222: 'iso-2022-jp',
  51932: 'euc-jp',
  51949: 'euc-kr',
  54936: 'gb18030',
  65001: 'utf-8',
};

/** @example encodingOfCodePage(1251) // 'windows-1251' */
export function encodingOfCodePage(page: number): string {
  if (page >= 1250 && page <= 1258) return `windows-${page}`;
  if (page >= 28592 && page <= 28606 && page !== 28601 && page !== 28602) return `iso-8859-${page - 28590}`;
  return ENCODINGS[page] ?? 'windows-1252';
}
