import time
import uuid

import pytest
from botocore.exceptions import ClientError

STORE = {
    "type": "OPENSEARCH_SERVERLESS",
    "opensearchServerlessConfiguration": {
        "collectionArn": "arn:aws:aoss:us-east-1:000000000000:collection/abcdefghij0123456789",
        "vectorIndexName": "bedrock-knowledge-base-default-index",
        "fieldMapping": {"vectorField": "v", "textField": "t", "metadataField": "m"},
    },
}
EMBEDDER = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v1"
CLAUDE = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1"


def make(agent, name):
    return agent.create_knowledge_base(
        name=name,
        roleArn="arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_test",
        knowledgeBaseConfiguration={
            "type": "VECTOR",
            "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": EMBEDDER},
        },
        storageConfiguration=STORE,
    )["knowledgeBase"]["knowledgeBaseId"]


def sync(agent, ids):
    job = agent.start_ingestion_job(**ids)["ingestionJob"]
    while job["status"] not in ("COMPLETE", "FAILED"):
        time.sleep(0.1)
        job = agent.get_ingestion_job(**ids, ingestionJobId=job["ingestionJobId"])["ingestionJob"]
    return job


@pytest.fixture
def ids(client, bucket):
    agent = client("bedrock-agent")
    kb_id = make(agent, f"kb-{uuid.uuid4().hex[:8]}")
    source = agent.create_data_source(
        knowledgeBaseId=kb_id,
        name="documents",
        dataSourceConfiguration={"type": "S3", "s3Configuration": {"bucketArn": f"arn:aws:s3:::{bucket}"}},
    )["dataSource"]
    return {"knowledgeBaseId": kb_id, "dataSourceId": source["dataSourceId"]}


def test_sync_counts_every_document_once(client, bucket, ids):
    s3, agent = client("s3"), client("bedrock-agent")
    s3.put_object(Bucket=bucket, Key="one.txt", Body=b"The heron eats fish. It stands still for hours.")
    s3.put_object(Bucket=bucket, Key="two.md", Body=b"# Owls\n\nThe owl hunts mice at night.")
    s3.put_object(Bucket=bucket, Key="broken.pdf", Body=b"%PDF-1.7 this is not a PDF")
    job = sync(agent, ids)
    statistics = job["statistics"]
    assert job["status"] == "COMPLETE"
    assert statistics["numberOfDocumentsScanned"] == 3
    assert statistics["numberOfNewDocumentsIndexed"] == 2
    assert statistics["numberOfDocumentsFailed"] == 1
    assert "broken.pdf" in " ".join(job["failureReasons"])

    s3.put_object(Bucket=bucket, Key="two.md", Body=b"# Owls\n\nThe owl hunts voles at dusk.")
    s3.delete_object(Bucket=bucket, Key="broken.pdf")
    s3.delete_object(Bucket=bucket, Key="one.txt")
    statistics = sync(agent, ids)["statistics"]
    assert statistics["numberOfDocumentsScanned"] == 1
    assert statistics["numberOfModifiedDocumentsIndexed"] == 1
    assert statistics["numberOfDocumentsDeleted"] == 1

    runtime = client("bedrock-agent-runtime")
    results = runtime.retrieve(knowledgeBaseId=ids["knowledgeBaseId"], retrievalQuery={"text": "heron fish"})
    texts = " ".join(result["content"]["text"] for result in results["retrievalResults"])
    assert "heron" not in texts and "voles at dusk" in texts


def test_answers_cite_what_they_say(client, bucket, ids):
    s3, agent = client("s3"), client("bedrock-agent")
    s3.put_object(Bucket=bucket, Key="one.txt", Body=b"The heron eats fish. It stands still for hours.")
    sync(agent, ids)
    answer = client("bedrock-agent-runtime").retrieve_and_generate(
        input={"text": "What does the heron eat?"},
        retrieveAndGenerateConfiguration={
            "type": "KNOWLEDGE_BASE",
            "knowledgeBaseConfiguration": {"knowledgeBaseId": ids["knowledgeBaseId"], "modelArn": CLAUDE},
        },
    )
    text = answer["output"]["text"]
    assert "The heron eats fish." in text
    citation = answer["citations"][0]
    part = citation["generatedResponsePart"]["textResponsePart"]
    assert part["text"].strip() == text[part["span"]["start"] : part["span"]["end"] + 1].strip()
    reference = citation["retrievedReferences"][0]
    assert reference["location"]["s3Location"]["uri"] == f"s3://{bucket}/one.txt"


def test_an_invented_session_or_token_is_refused(client, ids):
    runtime, agent = client("bedrock-agent-runtime"), client("bedrock-agent")
    with pytest.raises(ClientError) as error:
        runtime.retrieve_and_generate(
            input={"text": "What?"},
            sessionId=str(uuid.uuid4()),
            retrieveAndGenerateConfiguration={
                "type": "KNOWLEDGE_BASE",
                "knowledgeBaseConfiguration": {"knowledgeBaseId": ids["knowledgeBaseId"], "modelArn": CLAUDE},
            },
        )
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(ClientError) as error:
        agent.list_knowledge_bases(nextToken="aW52ZW50ZWQ=")
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_names_are_taken_once(client):
    agent = client("bedrock-agent")
    name = f"kb-{uuid.uuid4().hex[:8]}"
    make(agent, name)
    with pytest.raises(ClientError) as error:
        make(agent, name)
    assert error.value.response["Error"]["Code"] == "ConflictException"


def test_constraints_are_named_all_at_once(client):
    config = {"parameter_validation": False}
    from botocore.config import Config

    agent = client("bedrock-agent", config=Config(**config))
    with pytest.raises(ClientError) as error:
        agent.create_knowledge_base(name="not a name!", roleArn="me", knowledgeBaseConfiguration={"type": "NOTHING"})
    assert error.value.response["Error"]["Code"] == "ValidationException"
    message = error.value.response["Error"]["Message"]
    assert message.startswith("3 validation errors detected: ")
    assert all(name in message for name in ("'name'", "'roleArn'", "'knowledgeBaseConfiguration.type'"))


def test_paginators_end(client):
    agent = client("bedrock-agent")
    names = {f"kb-{uuid.uuid4().hex[:8]}" for _ in range(5)}
    for name in names:
        make(agent, name)
    pages = agent.get_paginator("list_knowledge_bases").paginate(PaginationConfig={"PageSize": 2})
    listed = [summary["name"] for page in pages for summary in page["knowledgeBaseSummaries"]]
    assert names <= set(listed) and len(listed) == len(set(listed))
