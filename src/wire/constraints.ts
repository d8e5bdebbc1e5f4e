import { readFile } from 'node:fs/promises';

/** What a model says of a value beside its type. Lengths for strings, blobs, lists and maps; values for numbers. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** The schemas of the clients do not tell whole numbers from others. */
  readonly integer?: boolean;
  /** The constraints of what a list or map holds. */
  readonly items?: Constraint | undefined;
  readonly keys?: Constraint | undefined;
  readonly values?: Constraint | undefined;
  /** Whether the whole text satisfies the pattern. */
  matches(text: string): boolean;
}

/** The constraints of one service's inputs. */
export interface Constraints {
  /** The constrained members of a structure. */
  ofStructure(name: string | undefined): ReadonlyMap<string, Constraint> | undefined;
}

interface TableRow {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  /** A pattern that means the same and takes no exponential time; used in the place of `pattern`. */
  readonly test?: string;
  readonly enum?: readonly string[];
  readonly integer?: boolean;
  readonly items?: string;
  readonly keys?: string;
  readonly values?: string;
}

/** A generated table, `constraints/<service id>.json`. */
export interface ConstraintTable {
  readonly shapes: Readonly<Record<string, TableRow>>;
  readonly structures: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The services that have a table. */
export const CONSTRAINED_SERVICES: readonly string[] = [
  'bedrock',
  'bedrock-agent',
  'bedrock-agent-runtime',
  'bedrock-runtime',
  'cloudtrail',
  'iam',
  'kms',
  's3',
  'secrets-manager',
  'sts',
];

// What the model does not bound itself is tested up to here: some patterns take quadratic time.
const MAX_TESTED_LENGTH = 10_000;

/** Reads the table of a service; undefined when it has none. */
export async function loadConstraints(serviceId: string): Promise<Constraints | undefined> {
  if (!CONSTRAINED_SERVICES.includes(serviceId)) return undefined;
  const text = await readFile(new URL(`./constraints/${serviceId}.json`, import.meta.url), 'utf8');
  return createConstraints(JSON.parse(text) as ConstraintTable);
}

export function createConstraints(table: ConstraintTable): Constraints {
  const shapes = new Map<string, Constraint>();
  const shapeOf = (name: string): Constraint | undefined => {
    const known = shapes.get(name);
    const row = table.shapes[name];
    if (known || !row) return known;
    const constraint = compile(row, shapeOf);
    shapes.set(name, constraint);
    return constraint;
  };
  const structures = new Map<string, ReadonlyMap<string, Constraint>>();
  for (const [name, members] of Object.entries(table.structures)) {
    const entries = Object.entries(members).flatMap(([member, shape]) => {
      const constraint = shapeOf(shape);
      return constraint ? [[member, constraint] as const] : [];
    });
    structures.set(name, new Map(entries));
  }
  return { ofStructure: (name) => (name === undefined ? undefined : structures.get(name)) };
}

function compile(row: TableRow, shapeOf: (name: string) => Constraint | undefined): Constraint {
  const { test, items, keys, values, ...plain } = row;
  const source = test ?? row.pattern;
  let expression: RegExp | undefined;
  return {
    ...plain,
    items: items === undefined ? undefined : shapeOf(items),
    keys: keys === undefined ? undefined : shapeOf(keys),
    values: values === undefined ? undefined : shapeOf(values),
    matches(text) {
      if (source === undefined || text.length > MAX_TESTED_LENGTH) return true;
      expression ??= wholeExpression(source);
      return expression.test(text);
    },
  };
}

/** A model's pattern must match the whole value. */
export function wholeExpression(pattern: string): RegExp {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'u');
  } catch {
    // Some patterns escape what Unicode mode does not let them escape.
    return new RegExp(source);
  }
}
