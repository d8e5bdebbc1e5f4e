import type { Block } from './contract.ts';

const DIVIDING: ReadonlySet<string> = new Set(['div', 'section', 'aside', 'dialog']);
const NOTICE =
  /\b(?:cookie|consent|gdpr)s?[-_]?(?:banner|notice|bar|consent|popup|modal|overlay|dialog|message|wall)\b|\b(?:onetrust|cookiebot)\b/i;

/** What stands beside the text of a page: navigation, and notices about cookies. */
export interface Beside {
  readonly isInside: boolean;
  /** Whether an element that begins here stands beside the text. */
  begins(name: string, attributes: Readonly<Record<string, string>>): boolean;
  enter(): void;
  leave(): void;
  /** Notes that a block, when it was made inside, is none of the text. */
  mark(block: Block): void;
  /** The blocks without what stands beside them, where that leaves more than it takes. */
  without(blocks: readonly Block[]): Block[];
}

export function createBeside(): Beside {
  const marked = new Set<Block>();
  let depth = 0;
  return {
    get isInside() {
      return depth > 0;
    },
    begins(name, { role, id = '', class: classes = '' }) {
      return (
        name === 'nav' ||
        role === 'navigation' ||
        (DIVIDING.has(name) && NOTICE.test(`${id} ${classes}`.slice(0, 1000)))
      );
    },
    enter() {
      depth += 1;
    },
    leave() {
      if (depth > 0) depth -= 1;
    },
    mark(block) {
      if (depth > 0) marked.add(block);
    },
    without(blocks) {
      const text = blocks.filter((block) => !marked.has(block));
      return 2 * lengthOf(text) >= lengthOf(blocks) ? text : [...blocks];
    },
  };
}

function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { text }) => sum + text.length, 0);
}
