import type { Block } from '../contract.ts';
import { readBody } from './body.ts';
import { readNumbering } from './numbering.ts';
import { readStyles } from './styles.ts';

/** The text of a Word document that is one XML file. Styles stand in the same file; lists keep no numbers. */
export function readWordXml(text: string): Block[] {
  const bytes = new TextEncoder().encode(
    text.replace(/^(\ufeff?\s*<\?xml[^>]{0,100}?)encoding\s*=\s*["'][^"']*["']/i, '$1'),
  );
  return readBody([bytes], {
    styles: readStyles([bytes]),
    numbering: readNumbering([]),
    takeNote: () => [],
    takePart: () => [],
  });
}
