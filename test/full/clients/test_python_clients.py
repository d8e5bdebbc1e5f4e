"""Python's S3 tools against a running server: endpoint and keys come from the environment, as in any program."""

import hashlib
import os
import pathlib
import uuid
from urllib.parse import urlsplit

import boto3
import duckdb
import duckdb_extension_httpfs
import pyarrow as arrow
import pyarrow.dataset as dataset
import pyarrow.fs as arrow_fs
import pyarrow.parquet as parquet
import pytest
import s3fs
from boto3.s3.transfer import TransferConfig

MIB = 1024 * 1024
ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ROWS = 20_000


@pytest.fixture(scope="module")
def bucket():
    name = f"clients-{uuid.uuid4().hex[:12]}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="module")
def table():
    return arrow.table({"id": range(ROWS), "group": [f"g{number % 7}" for number in range(ROWS)]})


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def test_transfer_manager(bucket, tmp_path):
    client = boto3.client("s3")
    source = tmp_path / "source.bin"
    source.write_bytes(os.urandom(40 * MIB + 17))
    config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB, max_concurrency=4)
    client.upload_file(str(source), bucket, "managed/source.bin", Config=config)
    assert client.head_object(Bucket=bucket, Key="managed/source.bin")["ETag"].endswith('-6"')
    client.download_file(bucket, "managed/source.bin", str(tmp_path / "back.bin"), Config=config)
    assert digest(tmp_path / "back.bin") == digest(source)
    client.copy({"Bucket": bucket, "Key": "managed/source.bin"}, bucket, "managed/copy.bin", Config=config)
    client.download_file(bucket, "managed/copy.bin", str(tmp_path / "copy.bin"), Config=config)
    assert digest(tmp_path / "copy.bin") == digest(source)


def test_s3fs(bucket):
    files = s3fs.S3FileSystem()
    with files.open(f"{bucket}/s3fs/notes.txt", "wb") as file:
        file.write(b"line\n" * 3_000_000)
    assert files.info(f"{bucket}/s3fs/notes.txt")["size"] == 15_000_000
    with files.open(f"{bucket}/s3fs/notes.txt", "rb") as file:
        file.seek(-5, 2)
        assert file.read() == b"line\n"
    files.copy(f"{bucket}/s3fs/notes.txt", f"{bucket}/s3fs/deep/er/copy.txt")
    assert sorted(files.find(f"{bucket}/s3fs")) == [f"{bucket}/s3fs/deep/er/copy.txt", f"{bucket}/s3fs/notes.txt"]
    assert files.glob(f"{bucket}/s3fs/*.txt") == [f"{bucket}/s3fs/notes.txt"]
    files.mv(f"{bucket}/s3fs/deep/er/copy.txt", f"{bucket}/s3fs/moved.txt")
    files.rm(f"{bucket}/s3fs", recursive=True)
    assert not files.exists(f"{bucket}/s3fs/moved.txt")


def test_s3fs_with_parquet(bucket, table):
    files = s3fs.S3FileSystem()
    parquet.write_to_dataset(table, f"{bucket}/hive", partition_cols=["group"], filesystem=files)
    read = dataset.dataset(f"{bucket}/hive", filesystem=files, partitioning="hive")
    assert read.to_table(filter=dataset.field("group") == "g3").num_rows == len(range(3, ROWS, 7))


def test_arrow_file_system(bucket, table):
    address = urlsplit(ENDPOINT)
    files = arrow_fs.S3FileSystem(endpoint_override=address.netloc, scheme=address.scheme, region="us-east-1")
    parquet.write_table(table, f"{bucket}/arrow/table.parquet", filesystem=files)
    assert parquet.read_table(f"{bucket}/arrow/table.parquet", filesystem=files).equals(table)
    with files.open_output_stream(f"{bucket}/arrow/large.bin") as stream:
        for _ in range(24):
            stream.write(b"x" * MIB)
    assert files.get_file_info(f"{bucket}/arrow/large.bin").size == 24 * MIB
    names = {info.base_name for info in files.get_file_info(arrow_fs.FileSelector(f"{bucket}/arrow"))}
    assert names == {"table.parquet", "large.bin"}
    files.delete_dir(f"{bucket}/arrow")
    assert files.get_file_info(f"{bucket}/arrow/large.bin").type == arrow_fs.FileType.NotFound


@pytest.fixture
def database():
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    folder = pathlib.Path(duckdb_extension_httpfs.__file__).parent
    connection.load_extension(str(next(folder.rglob("httpfs.duckdb_extension"))))
    connection.execute(
        "create secret (type s3, key_id '{key}', secret '{secret}', endpoint '{host}', url_style 'path', use_ssl false)".format(
            key=os.environ["AWS_ACCESS_KEY_ID"],
            secret=os.environ["AWS_SECRET_ACCESS_KEY"],
            host=urlsplit(ENDPOINT).netloc,
        )
    )
    return connection


def test_duckdb(bucket, database):
    where = f"s3://{bucket}/duckdb"
    database.execute(f"copy (select range as id, range % 7 as part from range({ROWS})) to '{where}/one.parquet'")
    database.execute(f"copy (select range as id, 'a,b' as text from range(1000)) to '{where}/two.csv' (header)")
    [(count, total)] = database.execute(f"select count(*), sum(id) from '{where}/one.parquet' where part = 3").fetchall()
    assert (count, total) == (len(range(3, ROWS, 7)), sum(range(3, ROWS, 7)))
    assert database.execute(f"select count(*) from read_csv('{where}/*.csv')").fetchall() == [(1000,)]
    database.execute(f"copy (select range as id, range % 3 as part from range(99)) to '{where}/hive' (format parquet, partition_by (part))")
    assert database.execute(f"select count(*) from read_parquet('{where}/hive/*/*.parquet') where part = 1").fetchall() == [(33,)]
