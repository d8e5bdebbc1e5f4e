"""The post's first listing: Claude proposes questions. Without a generating model the post's own five are used."""

import sys

import boto3
from langchain_aws import BedrockLLM

bedrock_client = boto3.client("bedrock-runtime")

# Start with the query
prompt = "For medical research trial consent forms to sign, what are the top 5 questions can be asked?"

claude_llm = BedrockLLM(
    model_id="anthropic.claude-v2:1",
    model_kwargs={"temperature": 0, "top_k": 10, "max_tokens_to_sample": 3000},
    client=bedrock_client,
)

POST_QUESTIONS = [
    "What is the purpose of the study? Make sure you understand the goals of the research and what the study "
    "procedures will entail",
    "What are the risks and potential benefits? The form should explain all foreseeable risks, side effects, or "
    "discomforts you might experience from participating",
    "What will participation involve? Get details on what tests, medications, lifestyle changes, or procedures you "
    "will go through, how much time it will take, and how long the study will last",
    "Are there any costs or payments? Ask if you will be responsible for any costs related to the study or get paid "
    "for participating",
    "How will my privacy be protected? The form should explain how your personal health information will be kept "
    "confidential before, during, and after the trial",
]


def propose_questions() -> list[str]:
    # Provide the prompt to the LLM to generate an answer to the query without any additional context provided
    response = claude_llm.invoke(prompt)
    questions = [item.split(".")[1].strip() for item in response.strip().split("\n\n")[1:-1]]
    if questions:
        return questions
    print("No generating model is configured: using the post's own five questions.", file=sys.stderr)
    return POST_QUESTIONS


if __name__ == "__main__":
    for question in propose_questions():
        print(question)
