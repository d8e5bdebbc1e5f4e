"""Who may use a bucket: two accounts, a user with policies, nobody, and URLs that were signed in advance."""

import json
import os
import urllib.error
import urllib.request
import uuid

import boto3
import pytest
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
OTHER_ACCOUNT = "444455556666"


def call_loam(operation, **fields):
    """An operation that no AWS service has, as `loam keys create` calls it."""
    url = f"{ENDPOINT}/_loam/operations/{operation}"
    request = AWSRequest("POST", url, data=json.dumps(fields).encode(), headers={"Content-Type": "application/json"})
    SigV4Auth(boto3.Session().get_credentials(), "loam", "us-east-1").add_auth(request)
    prepared = request.prepare()
    sent = urllib.request.Request(url, data=prepared.body, headers=dict(prepared.headers.items()), method="POST")
    return json.load(urllib.request.urlopen(sent))


def client_of(keys, **more):
    return boto3.client("s3", aws_access_key_id=keys[0], aws_secret_access_key=keys[1], **more)


@pytest.fixture(scope="module")
def other():
    keys = call_loam("CreateAccessKey", account=OTHER_ACCOUNT)
    return client_of((keys["accessKeyId"], keys["secretAccessKey"]))


@pytest.fixture
def nobody():
    return boto3.client("s3", config=Config(signature_version=UNSIGNED))


@pytest.fixture
def user():
    """Makes a user of the first account that has one policy."""
    iam = boto3.client("iam")

    def make(*statements):
        name = f"u-{uuid.uuid4().hex[:8]}"
        iam.create_user(UserName=name)
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=name, PolicyName="only", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return client_of((key["AccessKeyId"], key["SecretAccessKey"]))

    return make


def set_policy(bucket, *statements):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", **one} for one in statements]}
    boto3.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def arns(bucket, key="*"):
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/{key}"]


def refused(call, code="AccessDenied", **fields):
    with pytest.raises(ClientError) as error:
        call(**fields)
    assert error.value.response["Error"]["Code"] == code


def test_another_account_sees_nothing_until_a_policy_says_so(bucket, other):
    s3 = boto3.client("s3")
    s3.put_object(Bucket=bucket, Key="shared/a", Body=b"text")
    refused(other.get_object, Bucket=bucket, Key="shared/a")
    refused(other.list_objects_v2, Bucket=bucket)
    refused(other.put_bucket_policy, Bucket=bucket, Policy="{}")
    there = {"Principal": {"AWS": OTHER_ACCOUNT}, "Action": ["s3:GetObject", "s3:PutObject"], "Resource": arns(bucket, "shared/*")}
    set_policy(bucket, there)
    assert other.get_object(Bucket=bucket, Key="shared/a")["Body"].read() == b"text"
    other.put_object(Bucket=bucket, Key="shared/b", Body=b"theirs", ACL="bucket-owner-full-control")
    assert s3.get_object(Bucket=bucket, Key="shared/b")["Body"].read() == b"theirs"
    refused(other.put_object, Bucket=bucket, Key="c", Body=b"")
    refused(other.get_object, Bucket=bucket, Key="shared/missing")
    refused(other.get_object, Bucket=bucket, Key="shared/a", ExpectedBucketOwner=OTHER_ACCOUNT)


def test_nobody_reads_and_writes_what_is_open(bucket, nobody):
    refused(nobody.list_objects_v2, Bucket=bucket)
    set_policy(bucket, {"Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], "Resource": arns(bucket)})
    body = os.urandom(3 << 20)
    nobody.put_object(Bucket=bucket, Key="open", Body=body)
    assert nobody.get_object(Bucket=bucket, Key="open")["Body"].read() == body
    assert nobody.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
    refused(nobody.delete_object, Bucket=bucket, Key="open")
    refused(nobody.list_buckets)
    block = {"RestrictPublicBuckets": True}
    boto3.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)
    refused(nobody.get_object, Bucket=bucket, Key="open")


def test_a_user_does_what_its_policy_allows(bucket, user):
    boto3.client("s3").put_object(Bucket=bucket, Key="home/ada/a", Body=b"text")
    ada = user(
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arns(bucket)[0],
         "Condition": {"StringLike": {"s3:prefix": "home/ada/*"}}},
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:DeleteObject"], "Resource": arns(bucket, "home/ada/*")[1]},
    )
    assert ada.list_objects_v2(Bucket=bucket, Prefix="home/ada/")["KeyCount"] == 1
    refused(ada.list_objects_v2, Bucket=bucket)
    assert ada.get_object(Bucket=bucket, Key="home/ada/a")["Body"].read() == b"text"
    refused(ada.get_object, "NoSuchKey", Bucket=bucket, Key="home/ada/missing")
    refused(ada.get_object, Bucket=bucket, Key="home/bob/missing")
    refused(ada.put_object, Bucket=bucket, Key="home/ada/b", Body=b"")
    answer = ada.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "home/ada/a"}, {"Key": "other"}]})
    assert [one["Key"] for one in answer["Deleted"]] == ["home/ada/a"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [("other", "AccessDenied")]


def test_a_deny_wins_over_what_everybody_is_allowed(bucket, user):
    boto3.client("s3").put_object(Bucket=bucket, Key="a", Body=b"text")
    ada = user({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    assert ada.get_object(Bucket=bucket, Key="a")["Body"].read() == b"text"
    set_policy(bucket, {"Action": "s3:*", "Resource": arns(bucket)}, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": arns(bucket)})
    refused(ada.get_object, Bucket=bucket, Key="a")
    assert ada.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_a_policy_tells_urls_signed_in_advance(bucket):
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    s3.put_object(Bucket=bucket, Key="a", Body=b"text")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"}, ExpiresIn=600)
    assert urllib.request.urlopen(url).read() == b"text"
    only = {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}}
    set_policy(bucket, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": arns(bucket), "Condition": only})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(url)
    assert error.value.code == 403
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"text"
    old = {"NumericGreaterThan": {"s3:signatureAge": "600000"}}
    set_policy(bucket, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": arns(bucket), "Condition": old})
    assert urllib.request.urlopen(url).read() == b"text"


def test_lists_where_they_count(other, nobody):
    s3 = boto3.client("s3")
    bucket = f"b-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket, ObjectOwnership="ObjectWriter", ACL="public-read-write")
    other.put_object(Bucket=bucket, Key="theirs", Body=b"theirs")
    refused(s3.get_object, Bucket=bucket, Key="theirs")
    owner = other.get_object_acl(Bucket=bucket, Key="theirs")["Owner"]
    assert owner["ID"] == other.list_buckets()["Owner"]["ID"]
    grants = [{"Grantee": {"Type": "CanonicalUser", "ID": s3.list_buckets()["Owner"]["ID"]}, "Permission": "READ"}]
    other.put_object_acl(Bucket=bucket, Key="theirs", AccessControlPolicy={"Owner": owner, "Grants": grants})
    assert s3.get_object(Bucket=bucket, Key="theirs")["Body"].read() == b"theirs"
    refused(nobody.get_object, Bucket=bucket, Key="theirs")
    other.put_object_acl(Bucket=bucket, Key="theirs", ACL="public-read")
    assert nobody.get_object(Bucket=bucket, Key="theirs")["Body"].read() == b"theirs"
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"]
