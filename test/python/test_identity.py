import json
import os
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

READ_ONLY = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"


def name(kind):
    return f"{kind}-{uuid.uuid4().hex[:8]}"


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def as_keys(service, keys):
    return boto3.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
    )


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def role(iam, client):
    account = client("sts").get_caller_identity()["Account"]
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    made = iam.create_role(RoleName=name("role"), AssumeRolePolicyDocument=json.dumps(trust), Path="/tests/")["Role"]
    assert made["AssumeRolePolicyDocument"] == trust
    return made


def test_waiters(iam):
    user = name("user")
    iam.create_user(UserName=user)
    iam.get_waiter("user_exists").wait(UserName=user)
    made = iam.create_policy(
        PolicyName=name("policy"),
        PolicyDocument=json.dumps(policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})),
    )["Policy"]
    iam.get_waiter("policy_exists").wait(PolicyArn=made["Arn"])
    profile = name("profile")
    iam.create_instance_profile(InstanceProfileName=profile)
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName=profile)


def test_documents_come_back_decoded(iam, role):
    document = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*%20ü"})
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="p", PolicyDocument=json.dumps(document))
    assert iam.get_role_policy(RoleName=role["RoleName"], PolicyName="p")["PolicyDocument"] == document
    iam.get_waiter("role_exists").wait(RoleName=role["RoleName"])


def test_what_terraform_asks_of_a_role_and_a_user(iam, role):
    """The calls that its provider makes to read and to destroy them."""
    role_name, user = role["RoleName"], name("user")
    iam.attach_role_policy(RoleName=role_name, PolicyArn=READ_ONLY)
    assert iam.get_role(RoleName=role_name)["Role"]["Path"] == "/tests/"
    assert iam.list_role_policies(RoleName=role_name)["PolicyNames"] == []
    assert iam.list_role_tags(RoleName=role_name)["Tags"] == []
    assert iam.list_instance_profiles_for_role(RoleName=role_name)["InstanceProfiles"] == []
    for attached in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=role_name, PolicyArn=attached["PolicyArn"])
    iam.delete_role(RoleName=role_name)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_role(RoleName=role_name)
    iam.create_user(UserName=user)
    assert iam.list_groups_for_user(UserName=user)["Groups"] == []
    assert iam.list_mfa_devices(UserName=user)["MFADevices"] == []
    assert iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"] == []
    assert iam.list_signing_certificates(UserName=user)["Certificates"] == []
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_login_profile(UserName=user)
    iam.delete_user(UserName=user)


def test_s3_by_a_session_of_a_role(iam, client, role, bucket):
    rights = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/open/*"})
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="read", PolicyDocument=json.dumps(rights))
    client("s3").put_object(Bucket=bucket, Key="open/a", Body=b"a")
    client("s3").put_object(Bucket=bucket, Key="shut/a", Body=b"a")
    answer = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="reader")
    s3 = as_keys("s3", answer["Credentials"])
    assert s3.get_object(Bucket=bucket, Key="open/a")["Body"].read() == b"a"
    for refused in (
        lambda: s3.get_object(Bucket=bucket, Key="shut/a"),
        lambda: s3.put_object(Bucket=bucket, Key="open/b", Body=b""),
    ):
        with pytest.raises(ClientError) as error:
            refused()
        assert error.value.response["Error"]["Code"] == "AccessDenied"
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "open/a"})
    assert "oken" in url


def test_a_user_without_rights_has_none(iam, client):
    user = name("user")
    iam.create_user(UserName=user)
    keys = iam.create_access_key(UserName=user)["AccessKey"]
    assert as_keys("sts", keys).get_caller_identity()["Arn"].endswith(f"user/{user}")
    with pytest.raises(ClientError) as error:
        as_keys("s3", keys).list_buckets()
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    with pytest.raises(ClientError) as error:
        as_keys("bedrock-agent", keys).list_knowledge_bases()
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    assert os.environ["AWS_ENDPOINT_URL"]


def test_decoded_errors(iam):
    with pytest.raises(iam.exceptions.NoSuchEntityException) as error:
        iam.get_user(UserName="nobody-of-this-name")
    assert error.value.response["Error"]["Message"] == "The user with name nobody-of-this-name cannot be found."
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_role(RoleName=name("role"), AssumeRolePolicyDocument='{"Statement": "no"}')
    with pytest.raises(ClientError) as error:
        iam.create_saml_provider(SAMLMetadataDocument="x" * 1000, Name="saml")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_changed_session_token(client, role):
    keys = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="changed")["Credentials"]
    keys["SessionToken"] = keys["SessionToken"][:-4] + "AAAA"
    with pytest.raises(ClientError) as refusal:
        as_keys("s3", keys).list_buckets()
    error = refusal.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("InvalidToken", 400)
