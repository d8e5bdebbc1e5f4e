import { type OpenAiServer, startOpenAiServer } from '../../src/models/providers/start-test-server.ts';
import { type KnowledgeServer, startKnowledge } from './start-knowledge.ts';

/** Knowledge bases beside a model server that the test scripts; the model ids `written.*` lead to it. */
export async function startWithWriter(): Promise<{ writer: OpenAiServer; server: KnowledgeServer }> {
  const writer = await startOpenAiServer();
  const local = { type: 'openai-compatible' as const, url: writer.url, timeoutSeconds: 10, concurrency: 4 };
  const models = { providers: { local }, models: { 'written.*': 'local:writer' } };
  return { writer, server: await startKnowledge({ models }) };
}
