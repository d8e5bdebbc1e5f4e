import type { FilterValue, MetadataFilter } from '../../segments/index.ts';
import { type CompiledCondition, compileCondition, type OperatorForm, readForm } from './conditions.ts';
import type { Condition, Statement } from './contract.ts';
import type { GlobToken } from './glob.ts';
import { malformed } from './policy-fields.ts';
import type { RequestKeys } from './request-keys.ts';
import { fillIn, isVariable, readTemplate, type TemplateToken } from './template.ts';

/** A condition on documents' metadata: no fact of the request, but a filter on what there is for whoever is let in. */
export interface MetadataCondition extends CompiledCondition {
  /** The documents for which it holds; the variables of the policy are taken from the request. */
  filter(keys: RequestKeys): MetadataFilter;
}

const PREFIX = 'loam:metadata/';
export const EVERYTHING: MetadataFilter = { operator: 'andAll', filters: [] };
export const NOTHING: MetadataFilter = { operator: 'orAll', filters: [] };

export function isMetadataCondition({ key }: Condition): boolean {
  return key.toLowerCase().startsWith(PREFIX);
}

interface Setting {
  readonly effect: Statement['effect'];
  /** Whether the policy's version knows policy variables. */
  readonly variables: boolean;
}

/** What a value of the policy asks of the metadata; undefined when a variable has no value. */
type ValueFilter = (keys: RequestKeys) => MetadataFilter | undefined;

/**
 * Single values are compared as they are, lists by any of their members. What no filter can say is refused, so that no
 * policy lets more be seen than it says.
 *
 * @throws LoamError `policy-malformed` for an operator that cannot be asked of metadata, or a value that is not of its type
 */
export function compileMetadataCondition(condition: Condition, setting: Setting): MetadataCondition {
  const lenient = setting.effect === 'Deny';
  const { holds } = compileCondition(condition, { variables: setting.variables, lenient });
  const key = condition.key.slice(PREFIX.length);
  if (key === '') throw malformed(`The condition key ${JSON.stringify(condition.key)} names no metadata key`);
  const form = readForm(condition.operator);
  if (form.base === 'Null') return { condition, holds, filter: nullFilter(condition, key) };
  const { positive, negated } = operatorOf(condition, form);
  const values = condition.values.map((value) => positive({ key, value, condition, ...setting }));
  const missing = negated && !lenient;
  const filter = (keys: RequestKeys): MetadataFilter => {
    const filters = values.map((value) => value(keys));
    if (missing && filters.includes(undefined)) return NOTHING;
    const any = anyOf(filters.filter((one) => one !== undefined));
    if (negated) return { operator: 'not', filter: any };
    return form.ifExists ? anyOf([{ operator: 'not', filter: { operator: 'exists', key } }, any]) : any;
  };
  return { condition, holds, filter };
}

export function allOf(filters: readonly MetadataFilter[]): MetadataFilter {
  return combined('andAll', filters);
}

export function anyOf(filters: readonly MetadataFilter[]): MetadataFilter {
  return combined('orAll', filters);
}

/** The same filter twice is one; one alone needs no combinator. */
function combined(operator: 'andAll' | 'orAll', filters: readonly MetadataFilter[]): MetadataFilter {
  const different = [...new Map(filters.map((filter) => [JSON.stringify(filter), filter])).values()];
  const [only] = different;
  return different.length === 1 && only ? only : { operator, filters: different };
}

interface ValueOf extends Setting {
  readonly key: string;
  readonly value: string;
  readonly condition: Condition;
}

const POSITIVE: Readonly<Record<string, (of: ValueOf) => ValueFilter>> = {
  StringEquals: textEquals,
  StringLike: textLike,
  NumericEquals: number((key, value) => ({ operator: 'equals', key, value })),
  NumericLessThan: number((key, value) => ({ operator: 'lessThan', key, value })),
  NumericLessThanEquals: number((key, value) => ({ operator: 'lessThanOrEquals', key, value })),
  NumericGreaterThan: number((key, value) => ({ operator: 'greaterThan', key, value })),
  NumericGreaterThanEquals: number((key, value) => ({ operator: 'greaterThanOrEquals', key, value })),
  Bool: truth,
};
const NEGATED: Readonly<Record<string, keyof typeof POSITIVE>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
};
const ALLOWED = `${[...Object.keys(POSITIVE), ...Object.keys(NEGATED), 'Null'].join(', ')}, with IfExists, and ForAnyValue: before those without Not`;

function operatorOf({ operator }: Condition, { base, set }: OperatorForm) {
  const negated = Object.hasOwn(NEGATED, base);
  const positive = POSITIVE[NEGATED[base] ?? base];
  if (!positive || set === 'all' || (set === 'any' && negated)) {
    throw malformed(`The condition operator ${operator} cannot be asked of metadata. Allowed: ${ALLOWED}`);
  }
  return { positive, negated };
}

function nullFilter({ values }: Condition, key: string): MetadataCondition['filter'] {
  const exists: MetadataFilter = { operator: 'exists', key };
  const filters = values.map(
    (value): MetadataFilter => (value.toLowerCase() === 'true' ? { operator: 'not', filter: exists } : exists),
  );
  return () => anyOf(filters);
}

/** Metadata keeps numbers and truths as they are, policies write them as texts: `"42"` is 42 as well. */
function textEquals({ key, value, variables }: ValueOf): ValueFilter {
  const tokens = readTemplate(value, { variables, wildcards: false });
  return filled(tokens, (parts) => equalTo(key, literalOf(parts)));
}

function equalTo(key: string, text: string): MetadataFilter {
  const typed: FilterValue[] = [];
  if (text !== '' && String(Number(text)) === text) typed.push(Number(text));
  if (text === 'true' || text === 'false') typed.push(text === 'true');
  const single: MetadataFilter =
    typed.length === 0 ? { operator: 'equals', key, value: text } : { operator: 'in', key, values: [text, ...typed] };
  return anyOf([single, { operator: 'listContains', key, value: text }]);
}

/** `text`, `beginning*`, `*part*` and `*`. */
function textLike({ key, value, variables, effect, condition }: ValueOf): ValueFilter {
  const tokens = readTemplate(value, { variables, wildcards: true });
  const wild = tokens.map((token) => 'wild' in token);
  const last = tokens.length - 1;
  const stars = tokens.every((token) => !('wild' in token) || token.wild === '*');
  const inside = wild.slice(1, -1).includes(true);
  const negated = condition.operator.includes('Not');
  if (!wild.includes(true)) return textEquals({ key, value, variables, effect, condition });
  if (stars && tokens.length === 1) return () => ({ operator: 'exists', key });
  if (stars && !inside && wild[last] && wild[0]) {
    return filled(tokens.slice(1, -1), (parts) => ({ operator: 'stringContains', key, value: literalOf(parts) }));
  }
  if (stars && !inside && wild[last]) {
    const startsWith = beginning(key, negated !== (effect === 'Deny'));
    return filled(tokens.slice(0, -1), (parts) => startsWith(literalOf(parts)));
  }
  const allowed = 'a text, a text with * at its end, one with * at both ends, or * alone';
  throw malformed(`Of metadata, ${condition.operator} cannot ask for ${JSON.stringify(value)}. Allowed: ${allowed}`);
}

/** No filter asks for the beginnings of a list's members: what takes away takes every list with the text in a member. */
function beginning(key: string, takesAway: boolean): (text: string) => MetadataFilter {
  return (value) => {
    const single: MetadataFilter = { operator: 'startsWith', key, value };
    if (!takesAway) return single;
    const isList: MetadataFilter = { operator: 'not', filter: { operator: 'startsWith', key, value: '' } };
    return anyOf([single, allOf([{ operator: 'stringContains', key, value }, isList])]);
  };
}

function number(filterOf: (key: string, value: number) => MetadataFilter): (of: ValueOf) => ValueFilter {
  return ({ key, value }) => {
    const filter = filterOf(key, Number(value));
    return () => filter;
  };
}

function truth({ key, value, condition }: ValueOf): ValueFilter {
  const text = value.toLowerCase();
  if (text !== 'true' && text !== 'false') {
    throw malformed(`Of metadata, ${condition.operator} takes true or false, not ${JSON.stringify(value)}`);
  }
  return () => ({ operator: 'in', key, values: [text === 'true', text] });
}

function filled(tokens: readonly TemplateToken[], make: (parts: readonly GlobToken[]) => MetadataFilter): ValueFilter {
  if (!tokens.some(isVariable)) {
    const filter = make(tokens as readonly GlobToken[]);
    return () => filter;
  }
  return (keys) => {
    const parts = fillIn(tokens, keys);
    return parts && make(parts);
  };
}

function literalOf(parts: readonly GlobToken[]): string {
  return parts.map((part) => ('literal' in part ? part.literal : part.wild)).join('');
}
