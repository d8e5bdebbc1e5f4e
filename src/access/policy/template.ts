import { compileGlob, type GlobTest, type GlobToken } from './glob.ts';
import type { RequestKeys } from './request-keys.ts';

/** A part of a text that may hold policy variables. */
export type TemplateToken = GlobToken | { readonly variable: string; readonly fallback: string | undefined };

/** Whether a text fits; undefined when a variable of the pattern has no value in this request. */
export type TemplateTest = (text: string, keys: RequestKeys) => boolean | undefined;

export interface TemplateSyntax {
  /** Whether `${…}` is a variable: in version 2012-10-17 alone. */
  readonly variables: boolean;
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
}

const WITH_DEFAULT = /^\s*([^,]*?)\s*,\s*'([^']*)'\s*$/;

/** Reads `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`, `${?}`, `${$}` and wildcards. */
export function readTemplate(text: string, { variables, wildcards }: TemplateSyntax): TemplateToken[] {
  const tokens: TemplateToken[] = [];
  let literal = '';
  const push = (token: TemplateToken): void => {
    if (literal) tokens.push({ literal });
    literal = '';
    tokens.push(token);
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const end = variables && character === '$' && text[index + 1] === '{' ? text.indexOf('}', index) : -1;
    if (end > 0) {
      const inside = text.slice(index + 2, end);
      if (inside === '*' || inside === '?' || inside === '$') literal += inside;
      else push(readVariable(inside));
      index = end;
    } else if (wildcards && (character === '*' || character === '?')) push({ wild: character });
    else literal += character;
  }
  if (literal) tokens.push({ literal });
  return tokens;
}

/** A text whose `*` and `?` are wildcards and that holds no variables, such as an action. */
export function readWildcards(text: string): GlobToken[] {
  const tokens = readTemplate(text, { variables: false, wildcards: true });
  return tokens.filter((token): token is GlobToken => !isVariable(token));
}

function readVariable(inside: string): TemplateToken {
  const [, name = inside.trim(), fallback] = WITH_DEFAULT.exec(inside) ?? [];
  return { variable: name.toLowerCase(), fallback };
}

export function isVariable(token: TemplateToken): token is Extract<TemplateToken, { variable: string }> {
  return 'variable' in token;
}

/** The tokens with every variable replaced by its value, which is never a pattern; undefined when one has none. */
export function fillIn(tokens: readonly TemplateToken[], keys: RequestKeys): GlobToken[] | undefined {
  const filled: GlobToken[] = [];
  for (const token of tokens) {
    if (!isVariable(token)) filled.push(token);
    else {
      const values = keys.get(token.variable);
      const value = values?.length === 1 ? values[0] : token.fallback;
      if (value === undefined) return undefined;
      filled.push({ literal: value });
    }
  }
  return filled;
}

/** Makes a test of texts against a template; compiled once when it holds no variable. */
export function compileTemplate(tokens: readonly TemplateToken[]): TemplateTest {
  if (!tokens.some(isVariable)) {
    const test: GlobTest = compileGlob(tokens as readonly GlobToken[]);
    return (text) => test(text);
  }
  return (text, keys) => {
    const filled = fillIn(tokens, keys);
    return filled && compileGlob(filled)(text);
  };
}

/** The same without regard to case. */
export function lowerCased(tokens: readonly TemplateToken[]): TemplateToken[] {
  return tokens.map((token) => ('literal' in token ? { literal: token.literal.toLowerCase() } : token));
}
