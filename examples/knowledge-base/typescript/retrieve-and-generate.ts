// The post's RetrieveAndGenerate listing: an answer with citations, and a follow-up with and without the session.
// Usage: node retrieve-and-generate.ts KNOWLEDGE_BASE_ID
import { BedrockAgentRuntimeClient, RetrieveAndGenerateCommand } from '@aws-sdk/client-bedrock-agent-runtime';

const client = new BedrockAgentRuntimeClient();
const [knowledgeBaseId = ''] = process.argv.slice(2);

function retrieveAndGenerate(text: string, sessionId?: string, modelId = 'anthropic.claude-v2:1') {
  return client.send(
    new RetrieveAndGenerateCommand({
      input: { text },
      retrieveAndGenerateConfiguration: {
        type: 'KNOWLEDGE_BASE',
        knowledgeBaseConfiguration: {
          knowledgeBaseId,
          modelArn: `arn:aws:bedrock:us-east-1::foundation-model/${modelId}`,
        },
      },
      ...(sessionId ? { sessionId } : {}),
    }),
  );
}

const response = await retrieveAndGenerate('What are the potential risks and benefits of participating?');
console.log(response.output?.text);
console.log(JSON.stringify(response.citations, undefined, 2));

// Without the session the follow-up has nothing to refer to.
const alone = await retrieveAndGenerate('elaborate more on the first side effect');
console.log(`\nWithout the session: ${alone.output?.text}`);

// With it, the conversation says what "the first side effect" is.
const followUp = await retrieveAndGenerate('elaborate more on the first side effect', response.sessionId);
console.log(`\nWith the session: ${followUp.output?.text}`);
