import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createWorkerPool, taskFile } from '../../workers/index.ts';
import type { GenerateEvent, GenerateRequest, GenerationProvider } from '../contract.ts';
import { createExtractiveAnswerer } from './extractive-answerer.ts';
import { createStaticEmbedder } from './static-embedder.ts';
import { loadTokenEncoder } from './token-encoder.ts';

const built = existsSync(fileURLToPath(taskFile(import.meta.url, './answer-prompt.task.ts')));
if (!built) process.stderr.write('Embedded models are not tested in workers: run the build first.\n');

const encoder = loadTokenEncoder();
const here = createExtractiveAnswerer(encoder, undefined);
const CONTEXT = 'The library opened in 1968 in a former tram depot. Membership is free.';

const request = (text: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: 'user', text }],
  maxTokens: 100,
  signal: AbortSignal.timeout(20_000),
  ...more,
});

async function events(provider: GenerationProvider, asked: GenerateRequest): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of provider.doGenerate(asked)) all.push(event);
  return all;
}

const textOf = (all: readonly GenerateEvent[]): string =>
  all.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

describe('the extractive answerer', () => {
  it('gives its answer word by word, then citations and counts', async () => {
    const passages = [{ id: 'doc-1', text: CONTEXT }];
    const all = await events(here, request('unused', { passages, question: 'When did the library open?' }));
    expect(all[0]).toEqual({ type: 'text-delta', text: 'The' });
    expect(textOf(all)).toBe('The library opened in 1968 in a former tram depot.');
    expect(all.at(-1)).toEqual({
      type: 'finish',
      stopReason: 'end',
      usage: { inputTokens: 1, outputTokens: 11 },
      citations: [{ start: 0, end: 50, passageIds: ['doc-1'] }],
    });
  });

  it('says what it cannot, by what it was given', async () => {
    const nothing = 'Who is the mayor of Lisbon?';
    const passages = [{ id: 'doc-1', text: CONTEXT }];
    expect(textOf(await events(here, request('', { passages, question: nothing })))).toMatch(
      /could not find an exact answer/,
    );
    expect(textOf(await events(here, request('', { passages: [], question: nothing })))).toMatch(
      /could not find an exact answer/,
    );
    expect(textOf(await events(here, request(`${CONTEXT}\n\n${nothing}`)))).toMatch(/I don't know/);
    expect(textOf(await events(here, request(nothing)))).toMatch(/extractive model.*this prompt gives none/);
  });

  it('refuses what is too long', async () => {
    await expect(events(here, request('a '.repeat(600_000)))).rejects.toMatchObject({ code: 'model-input-too-long' });
  });

  it('does not begin for a caller that is gone', async () => {
    await expect(events(here, request(CONTEXT, { signal: AbortSignal.abort(new Error('gone')) }))).rejects.toThrow(
      'gone',
    );
  });
});

describe.skipIf(!built)('in a worker', () => {
  const workers = createWorkerPool({ concurrency: 1 });
  afterAll(() => workers.close());
  const filler = 'Nothing of interest happened on that day in the valley. '.repeat(600);

  it('a long prompt is answered as in place', async () => {
    const asked = request(`<context>${filler}${CONTEXT}</context><question>When did the library open?</question>`);
    expect(await events(createExtractiveAnswerer(encoder, workers), asked)).toEqual(await events(here, asked));
  });

  it('many texts are embedded as in place', async () => {
    const asked = { texts: [filler, CONTEXT], purpose: 'document', signal: AbortSignal.timeout(20_000) } as const;
    const there = await createStaticEmbedder(encoder, workers).doEmbed({ ...asked, texts: [...asked.texts, filler] });
    const inPlace = await createStaticEmbedder(encoder, undefined).doEmbed(asked);
    expect(there.vectors.slice(0, 2)).toEqual(inPlace.vectors);
  });
});
