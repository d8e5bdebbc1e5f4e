/** Of the bytes 0x80 to 0x9f (Encoding Standard, index-windows-1252); the others are as in ISO 8859-1. */
const HIGH_CONTROLS =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const HIGH_CONTROL = /[\u0080-\u009f]/g;
const NAMES = /^(?:windows-1252|cp1252|x-cp1252|iso-?8859-1|iso_8859-1|latin-?1|l1|us-ascii|ascii)$/i;

/** Whether an encoding's name stands for Windows-1252, as the web takes Latin-1 and ASCII to be. */
export function isWindows1252(encoding: string): boolean {
  return NAMES.test(encoding);
}

/** Node 20's own decoder takes it for ISO 8859-1: quotation marks and dashes of Windows would become control characters. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return latin1.replace(HIGH_CONTROL, (character) => HIGH_CONTROLS[character.charCodeAt(0) - 0x80] ?? character);
}
