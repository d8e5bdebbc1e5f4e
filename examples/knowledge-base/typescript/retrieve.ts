// The post's Retrieve listing: three passages, put into a prompt template, answered by the model.
// Usage: node retrieve.ts KNOWLEDGE_BASE_ID
import {
  BedrockAgentRuntimeClient,
  type KnowledgeBaseRetrievalResult,
  RetrieveCommand,
} from '@aws-sdk/client-bedrock-agent-runtime';
import { claude, fillPrompt } from './claude.ts';

const client = new BedrockAgentRuntimeClient();
const [knowledgeBaseId = ''] = process.argv.slice(2);

async function retrieve(text: string, numberOfResults = 5): Promise<KnowledgeBaseRetrievalResult[]> {
  const { retrievalResults } = await client.send(
    new RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text },
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults } },
    }),
  );
  return retrievalResults ?? [];
}

const query = 'What is the purpose of the medical research study?';
const results = await retrieve(query, 3);
for (const { score, location, content } of results) {
  console.log(score?.toFixed(4), location?.s3Location?.uri, JSON.stringify(content?.text?.slice(0, 80)));
}
const contexts = results.map(({ content }) => content?.text ?? '').join(' ');
console.log(`\n${await claude(fillPrompt(contexts, query))}`);
