const HEADING_NAME = /^heading ([1-9])$/i;
const BODY_LEVEL = 9;

/** The style sheet while it is read (RTF 1.9.1, "Style Sheet"): which styles are headings. */
export interface StyleSheet {
  /** A style of this number begins. */
  begin(number: number): void;
  outline(level: number): void;
  /** Text of the table: names, each ended by a semicolon. */
  name(text: string): void;
  /** 1 to 9; undefined for body text. */
  levelOf(style: number | undefined): number | undefined;
}

export function createStyleSheet(): StyleSheet {
  const levels = new Map<number, number>();
  let current = 0;
  let name = '';
  return {
    begin(number) {
      current = number;
      name = '';
    },
    outline(level) {
      if (level < BODY_LEVEL) levels.set(current, level + 1);
    },
    name(text) {
      name += text;
      const end = name.indexOf(';');
      if (end < 0) return;
      const heading = HEADING_NAME.exec(name.slice(0, end).trim())?.[1];
      if (heading !== undefined) levels.set(current, Number(heading));
      name = '';
    },
    levelOf: (style) => (style === undefined ? undefined : levels.get(style)),
  };
}
