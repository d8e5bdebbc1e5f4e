import { readFile } from 'node:fs/promises';
import type { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { bindingsOf } from './bindings.ts';
import { CONSTRAINED_SERVICES, type ConstraintTable } from './constraints.ts';
import { type OperationModel, readModel, requiredMembers } from './model.ts';
import { createProtocol } from './protocols/index.ts';
import { Router } from './router.ts';
import { isRest, SERVICES } from './services.ts';

/** Every structure that a schema reaches, by name. */
function structuresOf(schema: NormalizedSchema, found: Map<string, NormalizedSchema>): void {
  if (schema.isListSchema() || schema.isMapSchema()) structuresOf(schema.getValueSchema(), found);
  if (!schema.isStructSchema()) return;
  const name = schema.getName(true) ?? '';
  if (found.has(name)) return;
  found.set(name, schema);
  for (const [, member] of schema.structIterator()) structuresOf(member, found);
}

const nothing = (): never => {
  throw new Error('No error is answered here.');
};

// The schemas are internals of the clients by habit: this walk shows what a new version of them changes.
describe('the schemas of all clients', () => {
  it.each(SERVICES.map((entry) => [entry.id, entry] as const))('%s can be walked', async (id, entry) => {
    const model = readModel(entry, await entry.load());
    const found = new Map<string, NormalizedSchema>();
    for (const { input, output } of model.operations.values()) {
      structuresOf(input, found);
      structuresOf(output, found);
    }
    for (const schema of found.values()) {
      const bindings = bindingsOf(schema);
      const members = Object.keys(schema.getMemberSchemas());
      for (const name of requiredMembers(schema)) expect(members).toContain(name);
      for (const { wire } of [...bindings.headers, ...bindings.query]) expect(wire).not.toBe('');
    }
    expect(createProtocol(model, entry.protocol, nothing).name).toBe(entry.protocol);
    if (isRest(entry))
      for (const operation of model.operations.values()) expectRouted(new Router(model), operation, id);
    if (CONSTRAINED_SERVICES.includes(id)) await expectConstrained(id, found);
  });
});

/** A request made from the operation's own pattern finds it again. */
function expectRouted(router: Router, operation: OperationModel, id: string): void {
  const [method = '', uri = ''] = operation.http ?? [];
  const [pattern = '', search = ''] = uri.split('?');
  const bindings = bindingsOf(operation.input);
  const bucket = id === 's3' && operation.input.getMemberSchemas().Bucket ? '/bucket' : '';
  const path = `${bucket}${pattern.replace(/\{[^}]+\}/g, 'label')}`.replace(/(?<=.)\/$/, pattern === '/' ? '' : '/');
  const required = new Set(requiredMembers(operation.input));
  const query = new Map(
    search
      .split('&')
      .filter(Boolean)
      .map((pair) => [pair.split('=')[0] ?? '', [pair.split('=')[1] ?? '']]),
  );
  for (const { member, wire } of bindings.query) if (required.has(member)) query.set(wire, ['1']);
  const headers = Object.fromEntries(
    bindings.headers.filter(({ member }) => required.has(member)).map(({ wire }) => [wire, '1']),
  );
  expect(router.match({ method, path, query, headers })?.operation.name, `${method} ${path}`).toBe(operation.name);
}

/** The tables speak of structures and members that the schemas have. */
async function expectConstrained(id: string, found: ReadonlyMap<string, NormalizedSchema>): Promise<void> {
  const text = await readFile(new URL(`./constraints/${id}.json`, import.meta.url), 'utf8');
  const { structures } = JSON.parse(text) as ConstraintTable;
  const byName = new Map([...found.values()].map((schema) => [schema.getName() ?? '', schema]));
  const missing = Object.entries(structures).flatMap(([name, members]) => {
    // Botocore models a few operations that the client has dropped.
    const known = byName.get(name)?.getMemberSchemas();
    if (!known) return [];
    return Object.keys(members)
      .filter((member) => !(member in known))
      .map((member) => `${name}.${member}`);
  });
  expect(missing).toEqual([]);
  expect(Object.keys(structures).filter((name) => byName.has(name)).length).toBeGreaterThan(
    Object.keys(structures).length * 0.9,
  );
}
