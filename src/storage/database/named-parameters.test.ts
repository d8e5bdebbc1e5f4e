import { describe, expect, it } from 'vitest';
import { compileStatement, valuesInOrder } from './named-parameters.ts';

const namesOf = (text: string): string[] => compileStatement(text).parameters.map(({ name }) => name);

describe('compileStatement', () => {
  it('numbers parameters in the order of their first appearance', () => {
    const statement = compileStatement('select :b, :a, :b from t where x = :long_name2');
    expect(statement.text).toBe('select $1, $2, $1 from t where x = $3');
    expect(statement.parameters.map(({ name }) => name)).toEqual(['b', 'a', 'long_name2']);
  });

  it.each([
    ["a string: 'it''s :not'", "select 'it''s :not'"],
    ["an escape string: E'\\':not'", "select e'\\':not'"],
    ['a quoted name', 'select ":not" from "a:not""b:not"'],
    ['a line comment', 'select 1 -- :not\n'],
    ['a block comment', 'select 1 /* :not \n :not */'],
    ['a dollar quote', 'do $$ begin x := :not; end $$'],
    ['a tagged dollar quote', 'do $body$ select :not, $$:not$$ $body$'],
    ['a cast', 'select x::text, 1::not'],
    ['a slice', 'select a[1:2]'],
  ])('leaves %s alone', (_what, text) => {
    expect(compileStatement(text)).toMatchObject({ text, parameters: [] });
  });

  it('finds parameters right beside what it skips', () => {
    expect(namesOf("select ':x'||:a::text||$$:x$$||:b/* :x */||:c--:x\n||:d")).toEqual(['a', 'b', 'c', 'd']);
    expect(compileStatement('select :a::text').text).toBe('select $1::text');
  });

  it('compiles a text once', () => {
    expect(compileStatement('select :a, 1')).toBe(compileStatement('select :a, 1'));
  });
});

describe('valuesInOrder', () => {
  it('sends as JSON what the text casts to JSON, whatever it is', () => {
    const statement = compileStatement('select :a::jsonb, :b, :c :: json, :d::jsonb, :e::text, :f::jsonb_thing');
    const values = valuesInOrder(statement, { a: ['x'], b: ['x'], c: 'x', d: null, e: 'x', f: 'x' });
    expect(values).toEqual(['["x"]', ['x'], '"x"', null, 'x', 'x']);
  });

  it('names the parameter that has no value', () => {
    expect(() => valuesInOrder(compileStatement('select :here, :gone'), { here: 1 })).toThrow(':gone has no value');
  });
});
