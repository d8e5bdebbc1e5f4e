"""The post's RetrieveAndGenerate listing: an answer with citations, and a follow-up with and without the session.

Usage: python retrieve_and_generate.py KNOWLEDGE_BASE_ID
"""

import json
import sys

import boto3

bedrock_agent_client = boto3.client("bedrock-agent-runtime")

kb_id = sys.argv[1]


def retrieveAndGenerate(
    input: str,
    kbId: str,
    region: str = "us-east-1",
    sessionId: str = None,
    model_id: str = "anthropic.claude-v2:1",
):
    model_arn = f"arn:aws:bedrock:{region}::foundation-model/{model_id}"

    if sessionId:
        return bedrock_agent_client.retrieve_and_generate(
            input={"text": input},
            retrieveAndGenerateConfiguration={
                "type": "KNOWLEDGE_BASE",
                "knowledgeBaseConfiguration": {
                    "knowledgeBaseId": kbId,
                    "modelArn": model_arn,
                },
            },
            sessionId=sessionId,
        )

    else:
        return bedrock_agent_client.retrieve_and_generate(
            input={"text": input},
            retrieveAndGenerateConfiguration={
                "type": "KNOWLEDGE_BASE",
                "knowledgeBaseConfiguration": {
                    "knowledgeBaseId": kbId,
                    "modelArn": model_arn,
                },
            },
        )


response = retrieveAndGenerate("What are the potential risks and benefits of participating?", kb_id)

generated_text = response["output"]["text"]
print(generated_text)

print(json.dumps(response["citations"], indent=2))

# Without the session the follow-up has nothing to refer to.
alone = retrieveAndGenerate("elaborate more on the first side effect", kb_id, sessionId=None)["output"]["text"]
print(f"\nWithout the session: {alone}")

# With it, the conversation says what "the first side effect" is.
follow_up = retrieveAndGenerate(
    "elaborate more on the first side effect", kb_id, sessionId=response["sessionId"]
)["output"]["text"]
print(f"\nWith the session: {follow_up}")
