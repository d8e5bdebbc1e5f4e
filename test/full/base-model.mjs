// A base model (Gemma 3, 270 M parameters) through llama.cpp, in one thread and one completion at a time. It continues
// text and follows no instructions: what it says is not to be judged.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const parts = process.env.LOAM_TEST_PARTS || join(homedir(), '.cache', 'loam-test-parts');
const runtime = join(parts, 'llama', 'node_modules', 'node-llama-cpp', 'dist', 'index.js');
const weights = join(parts, 'gemma3-270m.gguf');
const CONTEXT_TOKENS = 4096;

export const isInstalled = existsSync(runtime) && existsSync(weights);

export class PromptTooLong extends Error {}

/** `complete({ prompt, … })` takes what `tokenize` gave and gives text, stop reason and token counts. */
export async function loadBaseModel() {
  const { getLlama, LlamaCompletion } = await import(pathToFileURL(runtime).href);
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: weights });
  const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads: 1 });
  const sequence = context.getSequence();
  const completion = new LlamaCompletion({ contextSequence: sequence });
  const queue = createQueue();
  let embedder;
  return {
    tokenize: (text) => tokenize(model, text),
    complete: (request) => queue(() => complete({ sequence, completion }, request)),
    embed: (text) =>
      queue(async () => {
        embedder ??= await model.createEmbeddingContext({ contextSize: 512, threads: 1 });
        const { vector } = await embedder.getEmbeddingFor(text);
        return { vector, tokens: model.tokenize(text).length };
      }),
  };
}

function tokenize(model, text) {
  const tokens = model.tokenize(text);
  if (tokens.length >= CONTEXT_TOKENS)
    throw new PromptTooLong(`${tokens.length} tokens, allowed are ${CONTEXT_TOKENS}`);
  return tokens;
}

async function complete({ sequence, completion }, { prompt, onTokens, signal, ...options }) {
  signal.throwIfAborted();
  await sequence.clearHistory();
  let generated = 0;
  const { response, metadata } = await completion.generateCompletionWithMeta(prompt, {
    ...options,
    signal,
    onToken: (more) => {
      generated += more.length;
      onTokens(more.length);
    },
  });
  return { text: response, stopReason: metadata.stopReason, usage: { prompt: prompt.length, completion: generated } };
}

/** There is one sequence: whoever comes meanwhile waits. */
function createQueue() {
  let last = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };
}
