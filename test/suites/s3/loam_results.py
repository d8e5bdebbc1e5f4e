"""A pytest plug-in of the runner: own accounts for each process, and one line of JSON for each finished test."""
import json
import os

_worker = os.environ.get("PYTEST_XDIST_WORKER")
if _worker:
    os.environ["S3TEST_CONF"] = "%s.%s" % (os.environ["LOAM_S3_TESTS_CONF"], _worker)


class Results:
    """Writes what became of each test; a test that fails in more than one phase counts once."""

    def __init__(self, path):
        self.path = path
        self.seen = {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.split("::")[-1]
        if report.failed:
            message = str(report.longrepr).strip().splitlines()
            errors = [line[1:].strip() for line in message if line.startswith("E ")]
            self.seen[name] = ("failed", (errors or message or [""])[0])
        elif report.skipped and name not in self.seen:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self.seen[name] = ("skipped", reason)
        elif report.when == "call" and name not in self.seen:
            self.seen[name] = ("passed", "")
        if report.when == "teardown":
            outcome, detail = self.seen.get(name, ("failed", "no result"))
            line = {"name": name, "outcome": outcome, "detail": detail[:400]}
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(os.environ["LOAM_S3_TESTS_RESULTS"]))


def pytest_collection_modifyitems(config, items):
    path = os.environ.get("LOAM_S3_TESTS_ONLY")
    if not path:
        return
    with open(path, encoding="utf-8") as file:
        wanted = set(file.read().split())
    items[:] = [item for item in items if item.name in wanted]
