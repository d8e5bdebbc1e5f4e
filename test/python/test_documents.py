import time
import uuid

import pytest
from botocore.exceptions import ClientError
from test_knowledge_base import make, sync

UNDER_WAY = {"STARTING", "PENDING", "IN_PROGRESS", "DELETING", "DELETE_IN_PROGRESS"}


def named(*ids):
    return [{"dataSourceType": "CUSTOM", "custom": {"id": one}} for one in ids]


def text(document_id, data, **more):
    inline = {"type": "TEXT", "textContent": {"data": data}}
    custom = {"customDocumentIdentifier": {"id": document_id}, "sourceType": "IN_LINE", "inlineContent": inline}
    return {"content": {"dataSourceType": "CUSTOM", "custom": custom}, **more}


def settled(agent, ids, identifiers):
    while True:
        details = agent.get_knowledge_base_documents(**ids, documentIdentifiers=identifiers)["documentDetails"]
        if not any(detail["status"] in UNDER_WAY for detail in details):
            return details
        time.sleep(0.1)


@pytest.fixture
def custom(client):
    agent = client("bedrock-agent")
    kb_id = make(agent, f"kb-{uuid.uuid4().hex[:8]}")
    configuration = {"type": "CUSTOM"}
    source = agent.create_data_source(knowledgeBaseId=kb_id, name="notes", dataSourceConfiguration=configuration)
    return {"knowledgeBaseId": kb_id, "dataSourceId": source["dataSource"]["dataSourceId"]}


def test_custom_documents_come_are_found_and_go(client, custom):
    agent, runtime = client("bedrock-agent"), client("bedrock-agent-runtime")
    attributes = [
        {"key": "year", "value": {"type": "NUMBER", "numberValue": 2024}},
        {"key": "tags", "value": {"type": "STRING_LIST", "stringListValue": ["a", "b"]}},
    ]
    metadata = {"type": "IN_LINE_ATTRIBUTE", "inlineAttributes": attributes}
    page = {"mimeType": "text/html", "data": b"<p>The stoat turns white in winter.</p>"}
    inline = {"type": "BYTE", "byteContent": page}
    bytes_document = {"customDocumentIdentifier": {"id": "two"}, "sourceType": "IN_LINE", "inlineContent": inline}
    details = agent.ingest_knowledge_base_documents(
        **custom,
        documents=[
            text("one", "The marten climbs trees.", metadata=metadata),
            {"content": {"dataSourceType": "CUSTOM", "custom": bytes_document}},
        ],
    )["documentDetails"]
    assert [detail["status"] for detail in details] == ["STARTING", "STARTING"]
    assert [one["status"] for one in settled(agent, custom, named("one", "two"))] == ["INDEXED", "INDEXED"]
    found = runtime.retrieve(
        knowledgeBaseId=custom["knowledgeBaseId"],
        retrievalQuery={"text": "Which animal climbs?"},
        retrievalConfiguration={
            "vectorSearchConfiguration": {"filter": {"listContains": {"key": "tags", "value": "b"}}}
        },
    )["retrievalResults"]
    assert [hit["content"]["text"] for hit in found] == ["The marten climbs trees."]
    assert found[0]["location"] == {"type": "CUSTOM", "customDocumentLocation": {"id": "one"}}
    listed = agent.list_knowledge_base_documents(**custom, maxResults=1)
    assert [one["identifier"]["custom"]["id"] for one in listed["documentDetails"]] == ["one"]
    assert listed["nextToken"]
    deleted = agent.delete_knowledge_base_documents(**custom, documentIdentifiers=named("one", "none"))
    assert [one["status"] for one in deleted["documentDetails"]] == ["DELETING", "NOT_FOUND"]
    assert [one["status"] for one in settled(agent, custom, named("one", "two"))] == ["NOT_FOUND", "INDEXED"]


def test_more_than_ten_documents_are_refused(client, custom):
    documents = [text(f"n{number}", "A text.") for number in range(11)]
    with pytest.raises(ClientError) as caught:
        client("bedrock-agent").ingest_knowledge_base_documents(**custom, documents=documents)
    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_an_object_is_put_without_a_sync(client, bucket):
    s3, agent = client("s3"), client("bedrock-agent")
    kb_id = make(agent, f"kb-{uuid.uuid4().hex[:8]}")
    s3_configuration = {"bucketArn": f"arn:aws:s3:::{bucket}", "inclusionPrefixes": ["in/"]}
    source = agent.create_data_source(
        knowledgeBaseId=kb_id,
        name="objects",
        dataSourceConfiguration={"type": "S3", "s3Configuration": s3_configuration},
    )["dataSource"]
    ids = {"knowledgeBaseId": kb_id, "dataSourceId": source["dataSourceId"]}
    uris = [f"s3://{bucket}/in/a.txt", f"s3://{bucket}/out/b.txt"]
    for uri in uris:
        s3.put_object(Bucket=bucket, Key=uri.split("/", 3)[3], Body=f"The text of {uri}.".encode())
    documents = [{"content": {"dataSourceType": "S3", "s3": {"s3Location": {"uri": uri}}}} for uri in uris]
    agent.ingest_knowledge_base_documents(**ids, documents=documents)
    identifiers = [{"dataSourceType": "S3", "s3": {"uri": uri}} for uri in uris]
    assert [one["status"] for one in settled(agent, ids, identifiers)] == ["INDEXED", "INDEXED"]
    statistics = sync(agent, ids)["statistics"]
    assert (statistics["numberOfDocumentsScanned"], statistics["numberOfNewDocumentsIndexed"]) == (1, 0)
    assert statistics["numberOfDocumentsDeleted"] == 1
    assert [one["status"] for one in settled(agent, ids, identifiers)] == ["INDEXED", "NOT_FOUND"]
