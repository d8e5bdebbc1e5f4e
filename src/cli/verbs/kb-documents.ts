import type { BedrockAgentClient, KnowledgeBaseDocumentDetail } from '@aws-sdk/client-bedrock-agent';
import { connect } from '../connection.ts';
import { chosenSource, DATA_SOURCE_OPTION, type SourceIds } from '../knowledge-base-sources.ts';
import { EXIT, type Verb } from '../verb.ts';

const FAILED: ReadonlySet<string | undefined> = new Set(['FAILED', 'METADATA_UPDATE_FAILED', 'PARTIALLY_INDEXED']);
const PAGE = 1_000;

export const kbDocuments: Verb = {
  name: 'kb documents',
  positionals: ['KB'],
  summary: 'List the documents of a knowledge base, how each stands and why; ends with 3 when some have failed.',
  example: 'loam kb documents ABCDEFGHIJ --failed',
  options: { ...DATA_SOURCE_OPTION, failed: { type: 'boolean', help: 'Only those that failed' } },
  async run(invocation) {
    const { BedrockAgentClient } = await import('@aws-sdk/client-bedrock-agent');
    const agent = new BedrockAgentClient(connect(invocation));
    const documents: KnowledgeBaseDocumentDetail[] = [];
    let failed = 0;
    for await (const document of allDocuments(agent, await chosenSource(agent, invocation))) {
      const hasFailed = FAILED.has(document.status);
      if (hasFailed) failed += 1;
      if (hasFailed || !invocation.options.failed) documents.push(document);
    }
    invocation.output.result(documents, documents.map(describe).join('\n') || 'No documents.');
    return failed > 0 ? EXIT.partlyFailed : EXIT.done;
  },
};

async function* allDocuments(agent: BedrockAgentClient, ids: SourceIds): AsyncGenerator<KnowledgeBaseDocumentDetail> {
  const { ListKnowledgeBaseDocumentsCommand } = await import('@aws-sdk/client-bedrock-agent');
  let nextToken: string | undefined;
  do {
    const page = await agent.send(new ListKnowledgeBaseDocumentsCommand({ ...ids, maxResults: PAGE, nextToken }));
    yield* page.documentDetails ?? [];
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

function describe({ identifier, status, statusReason }: KnowledgeBaseDocumentDetail): string {
  const name = identifier?.s3?.uri ?? identifier?.custom?.id ?? '';
  return `${status}  ${name}${statusReason === undefined ? '' : `: ${statusReason}`}`;
}
