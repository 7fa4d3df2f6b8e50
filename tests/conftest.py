"""The tests run on the real data, compiled once, and on a small root made of one employer's real rows."""

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import build  # noqa: E402
import tables as csvs  # noqa: E402


def pytest_sessionstart(session):
    build.build()


@pytest.fixture(scope="session")
def package():
    return csvs.descriptor()


@pytest.fixture(scope="session")
def _amazon(tmp_path_factory):
    """A root that holds only what hangs together with Amazon: small, real and without faults."""
    root = tmp_path_factory.mktemp("amazon")
    package = csvs.descriptor()
    tables = {r["name"]: csvs.read_csv(ROOT / r["path"], r)[0] for r in csvs.curated(package)}
    events = {row["event_id"] for row in tables["announcements"] if row["company_id"] == "amazon"}
    keep = {}
    for name, rows in tables.items():
        if rows and "event_id" in rows[0]:
            keep[name] = [row for row in rows if row["event_id"] in events]
        elif rows and "company_id" in rows[0]:
            keep[name] = [row for row in rows if row["company_id"] == "amazon"]
        elif name == "known_exceptions":
            keep[name] = [row for row in rows if row["row_key"].startswith("amazon")]
        else:
            keep[name] = rows
    keep["indicators"] = []
    # Spending ends with March 2026, whatever is known by now: a service that serves the next quarter serves a new one.
    keep["capex"] = [row for row in keep["capex"] if row["period_end"] <= date(2026, 3, 31)]
    used = {row.get("source_id") for name, rows in keep.items() if name != "sources" for row in rows}
    keep["sources"] = [row for row in tables["sources"] if row["source_id"] in used]
    (root / "data").mkdir()
    for resource in csvs.curated(package):
        (root / resource["path"]).write_text(csvs.canonical(keep[resource["name"]], resource), encoding="utf-8")
    shutil.copy(ROOT / "datapackage.json", root)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "layoffdata").mkdir()
    return root


@pytest.fixture
def small(_amazon, tmp_path):
    """A copy of the small root that a test may spoil."""
    root = tmp_path / "root"
    shutil.copytree(_amazon, root)
    return root


@pytest.fixture
def edit(small):
    """Change rows of a table of the small root: edit(table, function on the list of rows) or edit(table, text=function)."""

    def change(table, function=None, *, text=None):
        resource = next(r for r in csvs.curated(csvs.descriptor(small)) if r["name"] == table)
        path = small / resource["path"]
        if text:
            path.write_bytes(text(path.read_bytes()))
            return
        rows, _, _ = csvs.read_csv(path, resource)
        function(rows)
        path.write_text(csvs.canonical(rows, resource), encoding="utf-8")

    return change


@pytest.fixture
def edit_descriptor(small):
    def change(function):
        path = small / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        function(package, {r["name"]: r for r in package["resources"]})
        path.write_text(json.dumps(package, indent=2), encoding="utf-8")

    return change
