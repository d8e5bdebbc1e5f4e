import io
import os
import urllib.error
import urllib.request

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1 << 20


def refused(error, code, status):
    response = error.value.response
    assert response["Error"]["Code"] == code
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_put_get_head_range_delete(client, bucket):
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="a/b ü.txt", Body=b"hello world", ContentType="text/plain", Metadata={"who": "me"})
    answer = s3.get_object(Bucket=bucket, Key="a/b ü.txt")
    assert answer["Body"].read() == b"hello world"
    assert answer["Metadata"] == {"who": "me"}
    assert s3.head_object(Bucket=bucket, Key="a/b ü.txt")["ContentLength"] == 11
    part = s3.get_object(Bucket=bucket, Key="a/b ü.txt", Range="bytes=6-")
    assert (part["Body"].read(), part["ContentRange"]) == (b"world", "bytes 6-10/11")
    s3.delete_object(Bucket=bucket, Key="a/b ü.txt")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=bucket, Key="a/b ü.txt")
    refused(error, "NoSuchKey", 404)


def test_transfer_manager_in_parts(client, bucket):
    s3 = client("s3")
    body = bytes(range(256)) * (12 * MIB // 256)
    settings = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=settings)
    assert s3.head_object(Bucket=bucket, Key="big")["ETag"].endswith('-3"')
    back = io.BytesIO()
    s3.download_fileobj(bucket, "big", back, Config=settings)
    assert back.getvalue() == body


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_urls(client, bucket, version):
    client("s3").put_object(Bucket=bucket, Key="k", Body=b"signed")
    s3 = client("s3", config=Config(signature_version=version))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"signed"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(url.replace("/k?", "/other?"))
    assert error.value.code == 403


def test_listing_pages_end(client, bucket):
    s3 = client("s3")
    for number in range(25):
        s3.put_object(Bucket=bucket, Key=f"{number % 3}/{number:02}", Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 4})
    assert len([item for page in pages for item in page["Contents"]]) == 25
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")["CommonPrefixes"]
    assert [folder["Prefix"] for folder in folders] == ["0/", "1/", "2/"]
    with pytest.raises(ClientError) as error:
        s3.list_objects_v2(Bucket=bucket, ContinuationToken="invented")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_wrong_keys(client, bucket):
    with pytest.raises(ClientError) as error:
        client("s3", aws_access_key_id="AKIANOBODYNOBODYNOBO", aws_secret_access_key="wrong").list_buckets()
    refused(error, "InvalidAccessKeyId", 403)
    with pytest.raises(ClientError) as error:
        known = os.environ["AWS_ACCESS_KEY_ID"]
        client("s3", aws_access_key_id=known, aws_secret_access_key="wrong").list_buckets()
    refused(error, "SignatureDoesNotMatch", 403)


def test_waiters_end(client, bucket):
    s3 = client("s3")
    s3.get_waiter("bucket_exists").wait(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="k")
    s3.get_waiter("object_not_exists").wait(Bucket=bucket, Key="other")


def test_who_am_i(client):
    identity = client("sts").get_caller_identity()
    assert identity["Account"] == "000000000000"
    assert identity["Arn"] == "arn:aws:iam::000000000000:root"


@pytest.mark.parametrize(
    ("service", "method", "values"),
    [
        ("personalize", "list_schemas", {}),
        ("athena", "list_work_groups", {}),
        ("sns", "list_topics", {}),
        ("kinesis", "list_streams", {}),
        ("cloudwatch", "list_metrics", {}),
        ("sagemaker", "list_models", {}),
        ("s3", "list_bucket_analytics_configurations", {"Bucket": "any"}),
    ],
)
def test_what_is_not_built_says_so(client, service, method, values):
    with pytest.raises(ClientError) as error:
        getattr(client(service), method)(**values)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    operation = "".join(word.capitalize() for word in method.split("_"))
    assert operation in error.value.response["Error"]["Message"]
