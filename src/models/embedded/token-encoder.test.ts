import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseModelFile } from './model-file.ts';
import { poolTokens } from './pool-tokens.ts';
import { createTokenEncoder, loadTokenEncoder } from './token-encoder.ts';

const VOCABULARY = ['[UNK]', 'heart', 'attack', '##s', 'cafe', '!', 'σ', '中', 'a', '##b'];
const DIMENSIONS = 4;

/** A model file whose row i points along axis i mod 4, with scale (i + 1) / 127. */
function writeModel(vocabulary: string[] = VOCABULARY): Uint8Array {
  const words = new TextEncoder().encode(vocabulary.join('\n'));
  const scalesOffset = 64 + Math.ceil(words.length / 64) * 64;
  const rowsOffset = scalesOffset + Math.ceil((4 * vocabulary.length) / 64) * 64;
  const bytes = new Uint8Array(rowsOffset + DIMENSIONS * vocabulary.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('LOAMSTAT'));
  const numbers = [1, DIMENSIONS, vocabulary.length, words.length, scalesOffset, rowsOffset];
  for (const [place, number] of numbers.entries()) {
    view.setUint32(8 + 4 * place, number, true);
  }
  bytes.set(words, 64);
  for (const id of vocabulary.keys()) {
    view.setFloat32(scalesOffset + 4 * id, (id + 1) / 127, true);
    view.setInt8(rowsOffset + id * DIMENSIONS + (id % DIMENSIONS), 127);
  }
  return seal(bytes);
}

function seal(bytes: Uint8Array): Uint8Array {
  bytes.set(createHash('sha256').update(bytes.subarray(0, 32)).update(bytes.subarray(64)).digest(), 32);
  return bytes;
}

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, place) => sum + value * (right[place] as number), 0);
}

describe('model file', () => {
  it('reads what was written, from any address', () => {
    const bytes = writeModel();
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const file = parseModelFile(shifted.subarray(1));
    expect(file.vocabulary).toEqual(VOCABULARY);
    expect(file.dimensions).toBe(DIMENSIONS);
    expect(file.fingerprint).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(file.scales[3]).toBeCloseTo(4 / 127);
  });

  it('refuses a foreign file', () => {
    expect(() => parseModelFile(new TextEncoder().encode('%PDF-1.7'))).toThrow('does not begin with LOAMSTAT');
    expect(() => parseModelFile(new Uint8Array())).toThrow('does not begin with LOAMSTAT');
  });

  it('refuses a file that is cut short', () => {
    const bytes = writeModel();
    expect(() => parseModelFile(bytes.subarray(0, 40))).toThrow('ends inside its header');
    expect(() => parseModelFile(bytes.subarray(0, bytes.length - 1))).toThrow('do not fit');
  });

  it('refuses a file of another version, before it looks at the rest', () => {
    const bytes = writeModel();
    bytes[8] = 2;
    expect(() => parseModelFile(bytes)).toThrow('format version is 2');
  });

  it.each([12, 40, 70, 200])('refuses a file with byte %i changed', (place) => {
    const bytes = writeModel();
    bytes[place] = (bytes[place] as number) ^ 1;
    expect(() => parseModelFile(bytes)).toThrow('not a usable static embedding model');
  });

  it('refuses a vocabulary that its header miscounts', () => {
    const bytes = writeModel();
    new DataView(bytes.buffer).setUint32(16, VOCABULARY.length - 1, true);
    expect(() => parseModelFile(seal(bytes))).toThrow('vocabulary has 10 word pieces');
  });

  it('refuses a vocabulary without [UNK]', () => {
    expect(() => createTokenEncoder(parseModelFile(writeModel(['heart', 'attack'])))).toThrow('has no [UNK]');
  });
});

describe('tokenize', () => {
  const { tokenize } = createTokenEncoder(parseModelFile(writeModel()));
  const pieces = (text: string): string[] => Array.from(tokenize(text), (id) => VOCABULARY[id] as string);

  it('lowers, splits punctuation off, and matches the longest pieces', () => {
    expect(pieces('Heart\tATTACKS!')).toEqual(['heart', 'attack', '##s', '!']);
  });

  it('strips accents, composed or not', () => {
    expect(pieces('Café cafe\u0301')).toEqual(['cafe', 'cafe']);
  });

  it('drops control characters inside a word and takes every space as a gap', () => {
    expect(pieces('he\u0000a\u200drt\u00a0attack\u2003a')).toEqual(['heart', 'attack', 'a']);
  });

  it('lets Chinese characters stand alone', () => {
    expect(pieces('a中中b')).toEqual(['a', '中', '中', '[UNK]']);
  });

  it('lowers a final sigma like any other', () => {
    expect(pieces('Σ')).toEqual(['σ']);
  });

  it('gives one unknown token for a word with an unknown part, an unpaired surrogate excepted', () => {
    expect(pieces('heartz attack\ud800')).toEqual(['[UNK]', 'attack']);
  });

  it('gives one unknown token for a word over 100 characters', () => {
    expect(pieces(`a${'b'.repeat(99)}`)).toHaveLength(100);
    expect(pieces(`a${'b'.repeat(100)}`)).toEqual(['[UNK]']);
  });

  it('gives the same ids on a second, cached call, and none for nothing', () => {
    expect(tokenize('heart attacks')).toEqual(tokenize('heart attacks'));
    expect(tokenize(' \n')).toHaveLength(0);
  });
});

describe('poolTokens', () => {
  const encoder = createTokenEncoder(parseModelFile(writeModel()));

  it('sums the rows by their scales and makes the sum a unit vector', () => {
    const vector = poolTokens(encoder, [1, 2]);
    const length = Math.hypot(2, 3);
    expect(Array.from(vector)).toEqual([0, 2 / length, 3 / length, 0].map((value) => expect.closeTo(value, 6)));
  });

  it('gives zeros for no tokens', () => {
    expect(Array.from(poolTokens(encoder, []))).toEqual([0, 0, 0, 0]);
  });
});

describe('the shipped model', () => {
  const encoder = loadTokenEncoder();
  const embed = (text: string): Float32Array => poolTokens(encoder, encoder.tokenize(text));
  const similarity = (left: string, right: string): number => dot(embed(left), embed(right));

  it('has 256 dimensions and the reference vocabulary', () => {
    expect(encoder.dimensions).toBe(256);
    expect(encoder.scales).toHaveLength(30_522);
    expect(Array.from(encoder.tokenize('Myocardial infarction, 3.5%!'))).toEqual([
      2026, 24755, 25070, 1999, 14971, 7542, 1010, 1017, 1012, 1019, 1003, 999,
    ]);
  });

  it.each([
    ['heart attack', 'myocardial infarction', 'tax return'],
    ['how do I delete a bucket', 'removing an object store container', 'the history of ancient Rome'],
    ['the physician prescribed a drug', 'a doctor gave medication', 'the bridge was built of steel'],
    ['annual revenue grew', 'yearly sales increased', 'the cat slept on the sofa'],
    ['train a neural network', 'fit a deep learning model', 'bake a loaf of bread'],
  ])('finds %j closer to %j than to %j', (query, near, far) => {
    expect(similarity(query, near)).toBeGreaterThan(similarity(query, far) + 0.1);
  });

  it('gives unit vectors, and ignores what it cannot spell', () => {
    const vector = embed('heart attack');
    expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(embed('\u{1f600} heart attack')).toEqual(vector);
  });
});
