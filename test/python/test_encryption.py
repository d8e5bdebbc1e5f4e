"""KMS, server-side encryption and Secrets Manager with the official Python client."""

import os
import uuid

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

MIB = 1024 * 1024


@pytest.fixture
def kms():
    return boto3.client("kms")


@pytest.fixture
def s3():
    return boto3.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"encrypted-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


def code_of(caught):
    return caught.value.response["Error"]["Code"]


def test_a_key_encrypts_and_stops_when_it_is_disabled(kms):
    key = kms.create_key(Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"text", EncryptionContext={"a": "b"})["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})["Plaintext"] == b"text"
    with pytest.raises(ClientError) as caught:
        kms.decrypt(CiphertextBlob=blob)
    assert code_of(caught) == "InvalidCiphertextException"
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError) as caught:
        kms.decrypt(CiphertextBlob=blob, EncryptionContext={"a": "b"})
    assert code_of(caught) == "DisabledException"
    assert kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)["KeyState"] == "PendingDeletion"


@pytest.mark.parametrize("way", ["AES256", "aws:kms", "customer"])
def test_transfers_in_parts_are_encrypted(s3, kms, bucket, tmp_path, way):
    extra = {"ServerSideEncryption": way}
    if way == "aws:kms":
        extra["SSEKMSKeyId"] = kms.create_key()["KeyMetadata"]["Arn"]
    if way == "customer":
        extra = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(11 * MIB + 17))
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_file(str(source), bucket, "big", ExtraArgs=extra, Config=config)
    read = extra if way == "customer" else {}
    s3.download_file(bucket, "big", str(target), ExtraArgs=read, Config=config)
    assert target.read_bytes() == source.read_bytes()


def test_a_secret_has_versions(kms):
    secrets = boto3.client("secretsmanager")
    name = f"secret-{uuid.uuid4().hex[:12]}"
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name=name, SecretString="first", KmsKeyId=key)
    secrets.put_secret_value(SecretId=name, SecretBinary=b"\x00\x01")
    assert secrets.get_secret_value(SecretId=name)["SecretBinary"] == b"\x00\x01"
    assert secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "first"
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=name)
