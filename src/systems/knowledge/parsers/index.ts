// Document parsers: one object a format. Registering one here puts it under the conformance suite.
import type { Parser } from './contract.ts';
import { html } from './html.ts';
import { md } from './md.ts';
import { pdf } from './pdf.ts';
import { txt } from './txt.ts';

export type { Block, BlockKind, ParseContext, ParsedDocument, Parser } from './contract.ts';

export const PARSERS = [pdf, html, md, txt] as const satisfies readonly Parser[];
