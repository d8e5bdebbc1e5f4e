"""Builds the knowledge base of the post: a bucket of documents, a data source, a sync. Prints its id.

Usage: python build_knowledge_base.py FOLDER [NAME]

Endpoint and keys come from the environment, as in every boto3 program: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_DEFAULT_REGION.
"""

import pathlib
import sys
import time

import boto3

ROLE = "arn:aws:iam::000000000000:role/AmazonBedrockExecutionRoleForKnowledgeBase_trials"
EMBEDDING_MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v1"
QUICK_CREATED_STORE = {
    "type": "OPENSEARCH_SERVERLESS",
    "opensearchServerlessConfiguration": {
        "collectionArn": "arn:aws:aoss:us-east-1:000000000000:collection/abcdefghij0123456789",
        "vectorIndexName": "bedrock-knowledge-base-default-index",
        "fieldMapping": {
            "vectorField": "bedrock-knowledge-base-default-vector",
            "textField": "AMAZON_BEDROCK_TEXT_CHUNK",
            "metadataField": "AMAZON_BEDROCK_METADATA",
        },
    },
}


def upload(folder: pathlib.Path, bucket: str) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        s3.upload_file(str(path), bucket, path.name)
        print(f"uploaded {path.name}", file=sys.stderr)


def create(name: str, bucket: str) -> tuple[str, str]:
    agent = boto3.client("bedrock-agent")
    knowledge_base = agent.create_knowledge_base(
        name=name,
        description="Clinical trial documents",
        roleArn=ROLE,
        knowledgeBaseConfiguration={
            "type": "VECTOR",
            "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": EMBEDDING_MODEL},
        },
        storageConfiguration=QUICK_CREATED_STORE,
    )["knowledgeBase"]
    kb_id = knowledge_base["knowledgeBaseId"]
    while agent.get_knowledge_base(knowledgeBaseId=kb_id)["knowledgeBase"]["status"] != "ACTIVE":
        time.sleep(0.5)
    source = agent.create_data_source(
        knowledgeBaseId=kb_id,
        name=f"{name}-documents",
        dataSourceConfiguration={"type": "S3", "s3Configuration": {"bucketArn": f"arn:aws:s3:::{bucket}"}},
    )["dataSource"]
    return kb_id, source["dataSourceId"]


def sync(kb_id: str, source_id: str) -> dict:
    agent = boto3.client("bedrock-agent")
    job = agent.start_ingestion_job(knowledgeBaseId=kb_id, dataSourceId=source_id)["ingestionJob"]
    while job["status"] not in ("COMPLETE", "FAILED", "STOPPED"):
        time.sleep(0.5)
        job = agent.get_ingestion_job(
            knowledgeBaseId=kb_id, dataSourceId=source_id, ingestionJobId=job["ingestionJobId"]
        )["ingestionJob"]
    return job


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    name = sys.argv[2] if len(sys.argv) > 2 else "clinical-trials"
    upload(folder, f"{name}-documents")
    kb_id, source_id = create(name, f"{name}-documents")
    job = sync(kb_id, source_id)
    print(f"{job['status']}: {job['statistics']}", file=sys.stderr)
    for reason in job.get("failureReasons", []):
        print(reason, file=sys.stderr)
    print(kb_id)


if __name__ == "__main__":
    main()
