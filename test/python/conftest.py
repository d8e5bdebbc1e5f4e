"""boto3 clients against a running server; endpoint and keys come from the environment, as in any boto3 program."""

import uuid

import boto3
import pytest
from botocore.config import Config

ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="session")
def client():
    def make(service, **settings):
        return boto3.client(service, config=ONCE.merge(settings.pop("config", None) or Config()), **settings)

    return make


@pytest.fixture
def bucket(client):
    name = f"b-{uuid.uuid4().hex[:12]}"
    client("s3").create_bucket(Bucket=name)
    return name
