// The post's LangChain listing: a retriever with four results and a chain answer the five questions, with sources.
// Usage: node retrieval-qa.ts KNOWLEDGE_BASE_ID
import { AmazonKnowledgeBaseRetriever } from '@langchain/aws';
import { RunnableLambda } from '@langchain/core/runnables';
import { claude, fillPrompt, proposeQuestions } from './claude.ts';

const [knowledgeBaseId = ''] = process.argv.slice(2);

const retriever = new AmazonKnowledgeBaseRetriever({
  knowledgeBaseId,
  topK: 4,
  region: process.env.AWS_REGION ?? 'us-east-1',
});

const qa = RunnableLambda.from(async (question: string) => {
  const documents = await retriever.invoke(question);
  const context = documents.map((document) => document.pageContent).join('\n\n');
  return { result: await claude(fillPrompt(context, question)), documents };
});

for (const question of await proposeQuestions()) {
  const { result, documents } = await qa.invoke(question);
  console.log(`Q: ${question}\nA: ${result}`);
  for (const { metadata } of documents) console.log(`   [${metadata.source}, score ${metadata.score?.toFixed(3)}]`);
  console.log();
}
