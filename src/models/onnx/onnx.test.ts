import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../core/log.ts';
import { createWorkerPool, type WorkerPool } from '../../workers/index.ts';
import { createModels } from '../create-models.ts';
import { readModelFolder } from './model-folder.ts';

// A folder of models, as `test/full/install-parts.sh` makes it: all-MiniLM-L6-v2, and onnxruntime-node beside it.
const models =
  process.env.LOAM_TEST_ONNX_MODELS ??
  join(process.env.LOAM_TEST_PARTS ?? `${homedir()}/.cache/loam-test-parts`, 'onnx');
const isHere = existsSync(join(models, 'all-MiniLM-L6-v2', 'model.onnx'));

const scope = { account: '111111111111', region: 'us-east-1' };
const signal = new AbortController().signal;
let workers: WorkerPool;
let folder: string;
beforeAll(() => {
  workers = createWorkerPool({ concurrency: 1 });
  folder = mkdtempSync(join(tmpdir(), 'loam-onnx-'));
});
afterAll(async () => {
  await workers.close();
  rmSync(folder, { recursive: true });
});

function open(path: string) {
  const provider = { type: 'onnx', folder: path, timeoutSeconds: 60, concurrency: 1 };
  const rules = { 'amazon.titan-embed*': 'local:all-MiniLM-L6-v2', 'amazon.rerank*': 'local:all-MiniLM-L6-v2' };
  const configuration = { providers: { local: provider }, models: rules };
  return createModels({ configuration, environment: {}, fetch, log: silentLog, workers });
}

it('says what is missing of a folder of models', () => {
  expect(() => readModelFolder(folder)).toThrow(/holds none of model.onnx/);
  writeFileSync(join(folder, 'model.onnx'), 'no model');
  expect(() => readModelFolder(folder)).toThrow(/neither vocab.txt nor tokenizer.json/);
  writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"type": "BPE"}}');
  expect(() => readModelFolder(folder)).toThrow(/tokenizer.json is not as expected at model.type/);
  writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"type": "WordPiece", "vocab": {"[CLS]": 1, "a": 0}}}');
  expect(readModelFolder(folder)).toMatchObject({ vocabulary: ['a', '[CLS]'], maxTokens: 512 });
});

describe.skipIf(!isHere)('all-MiniLM-L6-v2, from the parts of the full run', () => {
  const gateway = () => open(models);

  it('embeds: what means the same is near, whatever the batch', async () => {
    const texts = ['A man is eating food.', 'Someone has a meal.', 'The stock market fell on Monday.'];
    const { vectors, dimensions } = await gateway().embed(scope, 'amazon.titan-embed-text-v2:0', texts, {
      purpose: 'document',
      signal,
    });
    expect(dimensions).toBe(384);
    const [eating, meal, market] = vectors as [Float32Array, Float32Array, Float32Array];
    const cosine = (one: Float32Array, other: Float32Array) =>
      one.reduce((sum, v, at) => sum + v * (other[at] ?? 0), 0);
    expect(cosine(eating, eating)).toBeCloseTo(1, 4);
    expect(cosine(eating, meal)).toBeGreaterThan(0.5);
    expect(cosine(eating, market)).toBeLessThan(0.2);
    const [alone] = (
      await gateway().embed(scope, 'amazon.titan-embed-text-v2:0', texts.slice(0, 1), { purpose: 'query', signal })
    ).vectors;
    expect(cosine(alone as Float32Array, eating)).toBeGreaterThan(0.995);
  });

  it('reads a text that is longer than the model to its end', async () => {
    const long = `${'The weather was fine. '.repeat(100)} The zebra has stripes.`;
    const { vectors } = await gateway().embed(scope, 'amazon.titan-embed-text-v2:0', [long, long.slice(0, -30)], {
      purpose: 'document',
      signal,
    });
    expect(vectors[0]).not.toEqual(vectors[1]);
  });

  it('ranks documents by what they mean', async () => {
    const documents = [
      'Bread is baked from flour.',
      'Cats purr when they are content.',
      'A kitten makes a soft sound.',
    ];
    const { scores } = await gateway().rerank(scope, 'amazon.rerank-v1:0', {
      query: 'Why do cats purr?',
      documents,
      signal,
    });
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
    expect(scores[0]).toBeLessThan(scores[2] as number);
  });
});
