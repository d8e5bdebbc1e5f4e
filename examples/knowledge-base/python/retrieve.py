"""The post's Retrieve listing: three passages, put into a prompt template, answered by the model.

Usage: python retrieve.py KNOWLEDGE_BASE_ID
"""

import sys

import boto3
from langchain_core.prompts import PromptTemplate

from generate_questions import claude_llm

bedrock_agent_client = boto3.client("bedrock-agent-runtime")

kb_id = sys.argv[1]

PROMPT_TEMPLATE = """
Human: You are an AI system working on medical trial research, and provides answers to questions 
by using fact based and statistical information when possible.
Use the following pieces of information to provide a concise answer to the question enclosed in <question> tags.
If you don't know the answer, just say that you don't know, don't try to make up an answer.

<context>
{context_str}
</context>

<question>
{query_str}
</question>

The response should be specific and use statistics or numbers when possible.

Assistant:"""

claude_prompt = PromptTemplate(template=PROMPT_TEMPLATE, input_variables=["context_str", "query_str"])


def retrieve(query: str, kbId: str, numberOfResults: int = 5):
    return bedrock_agent_client.retrieve(
        retrievalQuery={"text": query},
        knowledgeBaseId=kbId,
        retrievalConfiguration={"vectorSearchConfiguration": {"numberOfResults": numberOfResults}},
    )


def get_contexts(retrievalResults):
    contexts = []
    for retrievedResult in retrievalResults:
        contexts.append(retrievedResult["content"]["text"])
    return " ".join(contexts)


if __name__ == "__main__":
    query = "What is the purpose of the medical research study?"
    response = retrieve(query, kb_id, 3)
    retrievalResults = response["retrievalResults"]
    for result in retrievalResults:
        print(f"{result['score']:.4f} {result['location']['s3Location']['uri']}: {result['content']['text'][:80]!r}")

    contexts = get_contexts(retrievalResults)

    prompt = claude_prompt.format(context_str=contexts, query_str=query)
    response = claude_llm.invoke(prompt)
    print(f"\n{response}")
