#!/usr/bin/env python3
"""Generates src/wire/constraints/*.json: the length, range, pattern and enum constraints of service inputs.

The schemas of the JavaScript clients hold none of them; botocore's service models do. The tables are checked in, so that
neither building nor testing needs Python; `manifest.json` holds their hashes, which a unit test verifies.

    pip install botocore==1.43.11
    python3 scripts/constraints.py            # writes the tables
    python3 scripts/constraints.py --check    # exits 1 when the checked-in tables are not what it would write
"""

import glob
import gzip
import hashlib
import json
import os
import sys

import botocore

BOTOCORE = "1.43.11"
SERVICES = [
    *("bedrock", "bedrock-agent", "bedrock-agent-runtime", "bedrock-runtime"),
    *("cloudtrail", "iam", "kms", "s3", "secrets-manager", "sts"),
]
# Where botocore has another name for a service than its JavaScript client.
FOLDERS = {"secrets-manager": "secretsmanager"}
TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "src", "wire", "constraints")

# Parts of patterns that take exponential or cubic time on hostile input, with what means the same and does not. The length
# limits of their shapes are checked first and hold the other patterns in bounds.
SAFE_PARTS = {
    r"(-*[a-zA-Z0-9\+\-\.])*": r"[a-zA-Z0-9+.-]*",
    r"(-*[a-zA-Z0-9\+\-\.]){0,63}": r"[a-zA-Z0-9+.-]*",
    r"[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}": r"[a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*",
    r".*\..*\..*": r"[^.\n\r\u2028\u2029]*\.[^.\n\r\u2028\u2029]*\..*",
    r"\/?.+\/.+": r".[^/\n\r\u2028\u2029]*\/.+",
    # bedrock-agent's TaggableResourcesArn says /d where it means \d: nothing at all would match it.
    "/d{12}": r"\d{12}",
    "/d+": r"\d+",
    # A mode of another dialect: any character, line ends as well.
    "(?s).*": r"[\s\S]*",
}

# S3 answers an unknown region with an error of its own, and regions are added more often than botocore is raised here. It
# takes the checksum mode in any case, and Arrow sends it in lower case. An encryption that it does not know is refused by policies
# first.
UNCHECKED_SHAPES = {"BucketLocationConstraint", "ChecksumMode", "ServerSideEncryption"}


def tested_pattern(pattern):
    """The pattern that a value is tested with; messages name the model's own."""
    for part, safe in SAFE_PARTS.items():
        pattern = pattern.replace(part, safe)
    return pattern


def load_model(service):
    data = os.path.join(os.path.dirname(botocore.__file__), "data", FOLDERS.get(service, service))
    path = sorted(glob.glob(os.path.join(data, "*", "service-2.json*")))[-1]
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return json.load(file)


class Extractor:
    """Collects the constrained shapes that the inputs of one service can reach."""

    def __init__(self, model):
        self.shapes = model["shapes"]
        self.members = {}
        self.constraints = {}
        self.seen = set()
        for operation in model["operations"].values():
            if "input" in operation:
                self.visit(operation["input"]["shape"])

    def visit(self, name):
        """Returns whether the shape, or anything in a list or map of it, is constrained."""
        shape = self.shapes[name]
        if shape["type"] == "structure":
            self.visit_structure(name, shape)
            return False
        if name in UNCHECKED_SHAPES:
            return False
        if name in self.constraints:
            return True
        row = {key: shape[key] for key in ("min", "max", "pattern", "enum") if key in shape}
        if "pattern" in row:
            tested = tested_pattern(row["pattern"])
            if tested != row["pattern"]:
                row["test"] = tested
        if shape["type"] in ("integer", "long"):
            row["integer"] = True
        if shape["type"] == "list" and self.visit(shape["member"]["shape"]):
            row["items"] = shape["member"]["shape"]
        if shape["type"] == "map":
            for part, key in (("key", "keys"), ("value", "values")):
                if self.visit(shape[part]["shape"]):
                    row[key] = shape[part]["shape"]
        if row:
            self.constraints[name] = row
        return bool(row)

    def visit_structure(self, name, shape):
        if name in self.seen:
            return
        self.seen.add(name)
        members = {key: member["shape"] for key, member in shape["members"].items() if self.visit(member["shape"])}
        if members:
            self.members[name] = members


def render(service):
    extracted = Extractor(load_model(service))
    lines = ["{", f'"botocore": {json.dumps(BOTOCORE)},']
    for key, table in (("shapes", extracted.constraints), ("structures", extracted.members)):
        lines.append(f'"{key}": {{')
        rows = [f"{json.dumps(name)}: {json.dumps(table[name], ensure_ascii=True)}" for name in sorted(table)]
        lines.append(",\n".join(rows))
        lines.append("}," if key == "shapes" else "}")
    return "\n".join([*lines, "}", ""])


def render_all():
    files = {f"{service}.json": render(service) for service in SERVICES}
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    files["manifest.json"] = json.dumps({"botocore": BOTOCORE, "sha256": hashes}, indent=2) + "\n"
    return files


def stale(files):
    for name, text in files.items():
        path = os.path.join(TARGET, name)
        if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
            yield name


def main():
    if botocore.__version__ != BOTOCORE:
        sys.exit(f"botocore {BOTOCORE} is needed, {botocore.__version__} is installed: pip install botocore=={BOTOCORE}")
    files = render_all()
    if "--check" in sys.argv[1:]:
        names = list(stale(files))
        if names:
            sys.exit(f"Stale: {', '.join(names)}. Run python3 scripts/constraints.py and commit the result.")
        print(f"{len(files)} constraint tables are what botocore {BOTOCORE} says.")
        return
    os.makedirs(TARGET, exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(TARGET, name), "w", encoding="utf-8") as file:
            file.write(text)
    print(f"Wrote {len(files)} files.")


if __name__ == "__main__":
    main()
