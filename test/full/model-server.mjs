// A small server that speaks OpenAI's chat completions and embeddings over a real base model, on a port of the loopback.
// `node model-server.mjs [port]` prints its address as JSON in one line and ends when its standard input does.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { loadBaseModel, PromptTooLong } from './base-model.mjs';

const NAME = 'gemma3-270m';
const counts = { running: 0, finished: 0, cancelled: 0, tokens: 0 };
const model = await loadBaseModel();

const ROUTES = {
  'GET /health': async () => counts,
  'GET /v1/models': async () => ({ object: 'list', data: [{ id: NAME, object: 'model', owned_by: 'test' }] }),
  'POST /v1/embeddings': embed,
  'POST /v1/chat/completions': chat,
};

const server = createServer((request, response) => {
  handle(request, response).catch((error) => fail(response, error));
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/v1` }));
});
process.stdin.resume().on('end', () => process.exit(0));

async function handle(request, response) {
  const route = ROUTES[`${request.method} ${request.url}`];
  if (!route) throw Object.assign(new Error(`There is no ${request.method} ${request.url}.`), { status: 404 });
  const body = request.method === 'POST' ? await readBody(request) : {};
  const gone = new AbortController();
  response.on('close', () => gone.abort(new Error('The client went away.')));
  const answer = await route(body, response, gone.signal);
  if (answer) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw Object.assign(new Error('The body is not JSON.', { cause }), { status: 400 });
  }
}

function fail(response, error) {
  if (response.headersSent || response.destroyed) return response.destroy();
  const status = error instanceof PromptTooLong ? 400 : (error.status ?? 500);
  const body = { error: { message: error.message, type: status < 500 ? 'invalid_request_error' : 'server_error' } };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function embed({ input }) {
  const texts = [input].flat();
  const data = [];
  let tokens = 0;
  for (const [index, text] of texts.entries()) {
    const embedded = await model.embed(text);
    data.push({ object: 'embedding', index, embedding: embedded.vector });
    tokens += embedded.tokens;
  }
  return { object: 'list', model: NAME, data, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}

async function chat(body, response, signal) {
  const prompt = model.tokenize(promptOf(body.messages));
  const stream = body.stream ? openStream(response) : undefined;
  const { text, stopReason, usage } = await counted(signal, {
    prompt,
    maxTokens: body.max_tokens ?? 64,
    temperature: body.temperature ?? 0,
    ...(body.top_p !== undefined && { topP: body.top_p }),
    customStopTriggers: ['\nQuestion:', ...[body.stop ?? []].flat()],
    ...(stream && { onTextChunk: (content) => stream.send({ choices: [choice({ delta: { content } })] }) }),
  });
  const finish_reason = stopReason === 'maxTokens' ? 'length' : 'stop';
  const counts = {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.completion,
    total_tokens: usage.prompt + usage.completion,
  };
  if (stream) return stream.end({ finish_reason, usage: body.stream_options?.include_usage ? counts : undefined });
  const message = { role: 'assistant', content: text };
  return { ...head('chat.completion'), choices: [choice({ message, finish_reason })], usage: counts };
}

async function counted(signal, request) {
  counts.running += 1;
  try {
    const onTokens = (tokens) => {
      counts.tokens += tokens;
    };
    const result = await model.complete({ ...request, onTokens, signal });
    counts.finished += 1;
    return result;
  } catch (error) {
    if (signal.aborted) counts.cancelled += 1;
    throw error;
  } finally {
    counts.running -= 1;
  }
}

/** A base model knows no turns: the conversation is laid out as text that it can continue. */
function promptOf(messages) {
  const textOf = ({ content }) => (typeof content === 'string' ? content : content.map(({ text }) => text).join('\n'));
  const labels = { system: '', user: 'Question: ', assistant: 'Answer: ' };
  return `${messages.map((message) => `${labels[message.role]}${textOf(message)}`).join('\n')}\nAnswer:`;
}

/** Server-sent events, each a chunk; the headers go at once so that the client need not wait for the first token. */
function openStream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const common = head('chat.completion.chunk');
  const send = (chunk) => response.write(`data: ${JSON.stringify({ ...common, ...chunk })}\n\n`);
  return {
    send,
    end({ finish_reason, usage }) {
      send({ choices: [choice({ delta: {}, finish_reason })] });
      if (usage) send({ choices: [], usage });
      response.end('data: [DONE]\n\n');
    },
  };
}

function choice(parts) {
  return { index: 0, finish_reason: null, ...parts };
}

function head(object) {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model: NAME };
}
