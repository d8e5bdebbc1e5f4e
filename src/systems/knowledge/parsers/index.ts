// Document parsers: one object a format. Registering one here puts it under the conformance suite.
import type { Parser } from './contract.ts';
import { csv } from './csv.ts';
import { doc } from './doc.ts';
import { docx } from './docx.ts';
import { eml } from './eml.ts';
import { epub } from './epub.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { md } from './md.ts';
import { msg } from './msg.ts';
import { ods } from './ods.ts';
import { odt } from './odt.ts';
import { pdf } from './pdf.ts';
import { pptx } from './pptx.ts';
import { rtf } from './rtf.ts';
import { txt } from './txt.ts';
import { xls } from './xls.ts';
import { xlsx } from './xlsx.ts';
import { xml } from './xml.ts';

export type { Block, BlockKind, ParseContext, ParsedDocument, Parser } from './contract.ts';

export const PARSERS = [
  pdf,
  doc,
  docx,
  xls,
  xlsx,
  ods,
  pptx,
  odt,
  epub,
  rtf,
  eml,
  msg,
  html,
  csv,
  json,
  xml,
  md,
  txt,
] as const satisfies readonly Parser[];
