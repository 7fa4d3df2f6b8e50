"""A release: what it refuses, what it holds, and that other people's tools can read it."""

import copy
import io
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from datetime import date

import build
import bump
import frictionless
import metadata
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
import release
import tables as csvs
import yaml
from conftest import ROOT
from served import Host

import layoffdata
from layoffdata import _catalog, _registry, _releases

DAY = date(2026, 1, 2)
VERSION = csvs.descriptor()["version"]


# ------------------------------------------------------------------------------------------- the version
@pytest.fixture(scope="module")
def compiled():
    package = json.loads((_catalog.COMPILED / "datapackage.json").read_text(encoding="utf-8"))
    tables = {r["name"]: pq.read_table(_catalog.COMPILED / r["path"]) for r in package["resources"]}
    return package, tables


def changes(compiled, edit_package=lambda by_name, package: None, edit_table=None, table="capex"):
    """What bump finds after an edit of the new descriptor, or of one table."""
    old, tables = compiled
    new, now = copy.deepcopy(old), dict(tables)
    if edit_table:
        now[table] = edit_table(tables[table])
    edit_package({r["name"]: r for r in new["resources"]}, new)
    for resource in new["resources"]:
        if resource["name"] in now:
            resource["content_hash"] = build.content_hash(now[resource["name"]])
    derived = {"layoffs", "company_quarters", "conflicts"}
    return bump.changes(old | {"resources": [r | {"content_hash": build.content_hash(tables[r["name"]])} for r in old["resources"]]},
                        new, derived, tables.__getitem__, now)  # fmt: skip


def field(by_name, table, name):
    return next(f for f in by_name[table]["schema"]["fields"] if f["name"] == name)


def add_field(by_name, package):
    by_name["capex"]["schema"]["fields"].append({"name": "more", "type": "string", "description": "An optional field."})


def add_table(by_name, package):
    package["resources"].append(copy.deepcopy(by_name["capex"]) | {"name": "more"})


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda t, p: p["resources"].pop(0), "table companies removed"),
        (lambda t, p: t["capex"].update(name="spending"), "table capex removed"),
        (add_field, "capex.more added"),
        (lambda t, p: t["capex"]["schema"]["fields"].pop(), "removed"),
        (lambda t, p: t["capex"]["schema"]["fields"].reverse(), "fields moved"),
        (lambda t, p: field(t, "capex", "amount_usd").update(type="number"), "capex.amount_usd: type changed"),
        (lambda t, p: field(t, "capex", "amount_usd").update(unit="EUR"), "capex.amount_usd: unit changed"),
        (lambda t, p: field(t, "announcements", "kind")["constraints"]["enum"].append("other"), "announcements.kind: constraints changed"),
        (lambda t, p: t["capex"]["schema"]["primaryKey"].pop(), "capex: primaryKey changed"),
        (lambda t, p: t["capex"]["schema"].pop("foreignKeys"), "capex: foreignKeys changed"),
        (lambda t, p: field(t, "layoffs", "jobs").update(name="posts"), "layoffs.posts added"),
    ],
)
def test_names_types_and_fields_are_major(compiled, edit, what):
    found = changes(compiled, edit)
    assert found[0].level == bump.Level.MAJOR and any(what in change.what for change in found if change.level == bump.Level.MAJOR)


@pytest.mark.parametrize(
    ("table", "edit", "level", "what"),
    [
        ("capex", lambda t: t.slice(1), "PATCH", "capex: 1 rows removed"),
        ("announcements", lambda t: t.slice(1), "MAJOR", "announcements: 1 rows removed"),
        ("conflicts", lambda t: t.slice(1), "PATCH", "conflicts: other content"),
        ("capex", lambda t: t.drop_columns("amount_usd").append_column("amount_usd", pa.compute.add(t["amount_usd"], 1)), "PATCH", "values corrected"),
        ("capex", lambda t: t, None, None),
    ],
)  # fmt: skip
def test_rows_and_values(compiled, table, edit, level, what):
    found = changes(compiled, edit_table=edit, table=table)
    assert [(change.level.name, what in change.what) for change in found] == ([(level, True)] if level else [])


def test_added_rows_and_tables_are_minor(compiled):
    package, tables = compiled
    fewer = {**tables, "capex": tables["capex"].slice(1)}
    (found,) = changes((package, fewer), edit_table=lambda t: tables["capex"])
    assert found == (bump.Level.MINOR, "capex: 1 rows added")
    (found,) = changes((package, {**tables, "conflicts": tables["conflicts"].slice(1)}), edit_table=lambda t: tables["conflicts"], table="conflicts")
    assert found.level == bump.Level.PATCH
    assert changes(compiled, add_table) == [(bump.Level.MINOR, "table more added")]


def test_descriptions_are_free(compiled):
    assert changes(compiled, lambda t, p: field(t, "capex", "amount_usd").update(description="Better words.")) == []


@pytest.mark.parametrize(
    ("last", "major", "minor", "patch"),
    [("0.1.9", ["0.2.0", "1.0.0"], ["0.2.0", "1.0.0"], ["0.1.10", "1.0.0"]), ("1.9.3", ["2.0.0"], ["1.10.0"], ["1.9.4"])],
)
def test_the_versions_that_may_follow(last, major, minor, patch):
    assert [bump.allowed(last, level) for level in reversed(bump.Level)] == [major, minor, patch]


# ------------------------------------------------------------------------------------------- refusals
@pytest.fixture
def root(small):
    """The small root with all that a release needs beside data."""
    for name in ("README.md", "CITATION.cff", "LICENSE", "LICENSE-DATA", ".gitignore"):
        shutil.copy(ROOT / name, small)
    for source in [*(ROOT / "layoffdata").glob("*.py"), ROOT / "layoffdata/py.typed"]:
        shutil.copy(source, small / "layoffdata")
    shutil.copytree(ROOT / "scripts", small / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (small / "layoffdata" / _registry.FILE).write_text(_registry.render({}), encoding="utf-8")
    entry(small, VERSION)
    subprocess.run(["git", "init", "-q"], cwd=small, check=True)
    return small


def entry(root, version, heading=None, body="- Something new."):
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading or f'## {version} ({DAY})'}\n\n{body}\n\n## 0.0.1 (2020-01-01)\n\n- Old.\n", encoding="utf-8")


def set_version(root, version):
    path = root / "datapackage.json"
    path.write_text(re.sub(r'(?m)^  "version": "[^"]+"', f'  "version": "{version}"', path.read_text(encoding="utf-8")), encoding="utf-8")


def snapshot(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts}


def refused(root, version=VERSION, day=DAY):
    before = snapshot(root)
    with pytest.raises(release.Refused) as caught:
        release.release(version, day, root)
    assert snapshot(root) == before
    return str(caught.value)


def fake_release(version, day=date(2020, 1, 1)):
    return {version: _registry.Release(version, day, {}, {"datapackage.json": _registry.File(1, "0" * 64)})}


def test_every_reason_is_told_at_once(root, edit, monkeypatch):
    edit("announcements", text=lambda content: content.replace(b"2022-", b"2022-99", 1))
    monkeypatch.setattr(pa, "__version__", "1.0")
    (root / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
    (root / "dist" / "7.0.0").mkdir(parents=True)
    told = refused(root, "7.0.0")
    for words in ("set it to 7.0.0", "pip install pyarrow==", "has no entry", "an earlier run was cut off", "the gate finds a fault: data/announcements.csv"):
        assert words in told


@pytest.mark.parametrize("version", ["1", "v0.1.0", "0.1.0-rc1", "0.1", "", "../0.1.0"])
def test_what_is_no_version(root, version):
    assert "is not a version" in refused(root, version)


def test_a_version_is_released_once_and_in_order(root):
    file = release.registry_file(root)
    file.write_text(_registry.render(fake_release(VERSION)), encoding="utf-8")
    assert "was released on 2020-01-01" in refused(root)
    file.write_text(_registry.render(fake_release("0.0.1", date(2030, 1, 1))), encoding="utf-8")
    assert "is before that of the last release, 2030-01-01" in refused(root)


@pytest.mark.parametrize(
    ("heading", "body", "words"),
    [
        ("## 0.2.0 (unreleased)", "- New.", "write '## 0.2.0 (2026-01-02)'"), ("## 0.2.0", "- New.", "or give --date"),
        ("## 0.2.0 (2026-01-03)", "- New.", "or give --date"), ("## 0.2.0 (2026-01-02)", "", "says nothing"),
        ("## 0.2.0 (2026-01-02)", "### New data", "says nothing"),
        ("## 0.2.01 (2026-01-02)", "- New.", "no entry"), ("### 0.2.0 (2026-01-02)", "- New.", "no entry"), ("## 0.2.0 (2026-01-02)", "- New.", None),
        ("## 0.2.0 (2026-01-02)", "### New data\n- New.", None),
    ],
)  # fmt: skip
def test_the_changelogs_entry(heading, body, words):
    told = release.changelog_reason(f"# Changelog\n\n{heading}\n\n{body}\n\n## 0.1.0 (2025-01-01)\n\n- Old.\n", "0.2.0", DAY)
    assert (words is None and told is None) or words in told


def test_without_the_last_release_there_is_no_comparing(root, monkeypatch):
    monkeypatch.delenv("LAYOFFDATA_BASE_URL", raising=False)
    release.registry_file(root).write_text(_registry.render(fake_release("0.0.1")), encoding="utf-8")
    assert "is not in dist/0.0.1: datapackage.json" in refused(root) and "LAYOFFDATA_BASE_URL" in refused(root)


def test_outside_git(root):
    shutil.rmtree(root / ".git")
    assert "git checkout" in refused(root)


def test_a_registry_that_cannot_be_written_takes_the_folder_back(root, monkeypatch):
    monkeypatch.setattr(release, "distributions", lambda *_: None)
    before = snapshot(root)

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(release.os, "replace", fail)
        with pytest.raises(OSError, match="No space"):
            release.release(VERSION, DAY, root)
    assert snapshot(root) == before
    release.release(VERSION, DAY, root)


# ------------------------------------------------------------------------------------------- what it holds
@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The release folder of the real data, without wheel and sdist."""
    folder = tmp_path_factory.mktemp("release") / VERSION
    folder.mkdir()
    return folder, release.assemble(ROOT, folder, build.compile_all(), DAY)


def read(folder, name):
    return json.loads((folder[0] / name).read_text(encoding="utf-8"))


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    again = release.assemble(ROOT, tmp_path, build.compile_all(), DAY)
    assert again == folder[1]


def test_the_registrys_entry(folder):
    _, made = folder
    assert made.version == VERSION and made.date == DAY
    assert set(made.tables) == set(_catalog.names())
    names = {f"{table}.{kind}" for table in _catalog.names() for kind in ("parquet", "csv")}
    assert names < set(made.files) and {"datapackage.json", "croissant.json", ".zenodo.json", "CITATION.cff", "layoffdata.xlsx"} < set(made.files)
    assert _registry.parse(_registry.render({VERSION: made}).encode(), "") == {VERSION: made}


def test_csv_and_parquet_hold_the_same(folder):
    for resource in csvs.descriptor()["resources"]:
        name = resource["name"]
        rows, _, faults = csvs.read_csv(folder[0] / f"{name}.csv", resource)
        assert faults == [] and rows == pq.read_table(folder[0] / f"{name}.parquet").to_pylist(), name
        if csvs.is_curated(resource):
            assert (folder[0] / f"{name}.csv").read_bytes() == (ROOT / resource["path"]).read_bytes()


def test_the_csvs_are_valid_to_frictionless(folder):
    report = frictionless.Package(str(folder[0] / "datapackage-csv.json")).validate()
    assert report.valid, report.flatten()[:5]


def test_citation_cff(folder):
    made = yaml.load((folder[0] / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    assert {"cff-version", "message", "title", "authors", "type", "license", "version", "date-released"} <= set(made)
    assert (made["cff-version"], made["type"], made["version"], made["date-released"]) == ("1.2.0", "dataset", VERSION, DAY.isoformat())
    assert all(author["name"] for author in made["authors"])


def test_croissant(folder):
    made = read(folder, "croissant.json")
    assert made["@type"] == "sc:Dataset" and made["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert {"name", "description", "license", "creator", "datePublished", "version", "citeAs"} <= set(made)
    files = {f["@id"]: f for f in made["distribution"]}
    for name, file in files.items():
        recorded = folder[1].files[name]
        assert (file["encodingFormat"], file["sha256"], file["contentSize"]) == ("application/x-parquet", recorded.sha256, f"{recorded.bytes} B")
    assert [r["@id"] for r in made["recordSet"]] == _catalog.names()
    ids = [part["@id"] for r in made["recordSet"] for part in [r, *r["field"]]] + list(files)
    assert len(ids) == len(set(ids))
    for records in made["recordSet"]:
        schema = pq.read_schema(folder[0] / f"{records['@id']}.parquet")
        assert [f["source"]["extract"]["column"] for f in records["field"]] == schema.names
        assert all(f["source"]["fileObject"]["@id"] in files and f["dataType"] in metadata.CROISSANT_TYPES.values() for f in records["field"])


def test_croissant_to_its_own_library(folder):
    """Only where mlcroissant is installed: it weighs half a gigabyte."""
    mlcroissant = pytest.importorskip("mlcroissant")
    dataset = mlcroissant.Dataset(jsonld=str(folder[0] / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    for name, table in folder[1].tables.items():
        assert sum(1 for _ in dataset.records(name)) == table.rows


def test_schema_org_and_zenodo(folder):
    made, deposit = read(folder, "schema-org.json"), read(folder, ".zenodo.json")
    assert made["@type"] == "Dataset" and made["version"] == deposit["version"] == VERSION
    assert made["datePublished"] == deposit["publication_date"] == DAY.isoformat()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", made["temporalCoverage"])
    assert 50 < len(made["description"]) < 5000  # what search engines for data accept
    for file in made["distribution"]:
        recorded = folder[1].files[file["contentUrl"]]
        assert (file["sha256"], file["contentSize"]) == (recorded.sha256, f"{recorded.bytes} B")
    assert len(made["distribution"]) == 2 * len(_catalog.names())
    assert (deposit["upload_type"], deposit["access_right"], deposit["license"]) == ("dataset", "open", "cc-by-4.0") and deposit["creators"][0]["name"]


def test_the_dataset_card(folder):
    _, front, body = (folder[0] / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    made = yaml.safe_load(front)
    assert made["license"] == "cc-by-4.0" and [c["config_name"] for c in made["configs"] if c.get("default")] == ["layoffs"]
    assert all((folder[0] / config["data_files"]).is_file() for config in made["configs"]) and len(made["configs"]) == len(_catalog.names())
    assert made["size_categories"] == ["10K<n<100K"] and VERSION in body and all(f"| `{name}` |" in body for name in _catalog.names())


def test_the_workbook_reads_back(folder):
    book = openpyxl.load_workbook(folder[0] / "layoffdata.xlsx")
    assert book.sheetnames[:2] == ["about", "codebook"]
    codebook = pd.DataFrame(book["codebook"].values)
    assert len(codebook) - 1 == sum(len(r["schema"]["fields"]) for r in csvs.descriptor()["resources"])
    assert ("version", VERSION) in list(book["about"].values)
    for name in book.sheetnames[2:]:
        header, *rows = book[name].values
        table = pq.read_table(folder[0] / f"{name}.parquet")
        assert list(header) == table.column_names
        plain = [[value.date() if hasattr(value, "date") else value for value in row] for row in rows]
        assert plain == [list(row.values()) for row in table.to_pylist()], name
        assert book[name].freeze_panes == "A2"


def test_text_in_the_workbook_is_never_a_formula(compiled):
    import workbook

    package, tables = compiled
    name = tables["companies"].schema.get_field_index("name")
    evil = tables["companies"].set_column(name, "name", pa.array(['=HYPERLINK("https://example.org")'] * len(tables["companies"])))
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(package, {**tables, "companies": evil}, [("a", "b")], DAY)))
    assert {cell.data_type for cell in book["companies"]["B"]} == {"s"}


# ------------------------------------------------------------------------------------------- the whole
def test_two_releases(root, edit, monkeypatch, tmp_path):
    """The first with wheel and sdist; then a value is corrected, which can only be the next PATCH."""
    first = release.release(VERSION, DAY, root)
    assert sorted(path.name for path in (root / "dist").iterdir()) == [VERSION]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=first, check=True)
    sums = (first / "SHA256SUMS").read_text().splitlines()
    assert len(sums) == len(list(first.iterdir())) - 1
    registry = (first / _registry.FILE).read_text(encoding="utf-8")
    assert registry == release.registry_file(root).read_text(encoding="utf-8")
    with zipfile.ZipFile(next(first.glob("*.whl"))) as wheel:
        assert wheel.read("layoffdata/releases.json").decode() == registry
        assert wheel.read("layoffdata/compiled/layoffs.parquet") == (first / "layoffs.parquet").read_bytes()
    with tarfile.open(next(first.glob("*.tar.gz"))) as sdist:
        assert f"layoffdata-{VERSION}/layoffdata/releases.json" in sdist.getnames()
        assert f"layoffdata-{VERSION}/data/announcements.csv" in sdist.getnames()
    with zipfile.ZipFile(first / f"layoffdata-{VERSION}.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
        assert {member.date_time for member in packed.infolist()} == {(2026, 1, 2, 0, 0, 0)}
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "unpacked" / f"layoffdata-{VERSION}", check=True)

    def correct(rows):
        for row in rows:
            if (row["measure"], row["point"]) == ("jobs", 14000):
                row["point"] += 1

    edit("layoff_reports", correct)
    following, wrong = bump.allowed(VERSION, bump.Level.PATCH)[0], bump.allowed(VERSION, bump.Level.MINOR)[0]
    monkeypatch.setattr(release, "distributions", lambda *_: None)
    for version in (wrong, following):
        set_version(root, version)
        entry(root, version)
        if version == wrong:
            why = rf"{wrong} cannot follow {VERSION}: the changes are PATCH \(.*layoff_reports: values corrected.*must be {following}"
            assert re.search(why, refused(root, wrong))
    served = Host(root / "dist")
    try:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("LAYOFFDATA_BASE_URL", served.address)
        monkeypatch.setenv("LAYOFFDATA_CACHE", str(tmp_path / "cache"))
        (first / "layoff_reports.parquet").write_bytes(b"spoiled here")
        with pytest.raises(release.Refused, match="is needed to compute the version"):
            release.release(following, DAY, root)
        (first / "layoff_reports.parquet").write_bytes((tmp_path / "unpacked" / f"layoffdata-{VERSION}" / "layoff_reports.parquet").read_bytes())
        release.release(following, DAY, root)
        both = _registry.read(release.registry_file(root))
        assert list(both) == [VERSION, following]
        monkeypatch.setattr(_releases, "shipped", lambda: both)
        for function in (_releases.release, _catalog.descriptor):
            function.cache_clear()
        assert set(layoffdata.versions().loc[following, "changed"].split(", ")) >= {"layoff_reports", "layoffs"}
        changed = layoffdata.diff(VERSION, following, "layoff_reports")
        assert changed[["change", "field", "old", "new"]].drop_duplicates().to_numpy().tolist() == [["changed", "point", "14000", "14001"]]
        assert "jobs" in set(layoffdata.diff(VERSION, following, "layoffs")["field"])
    finally:
        served.close()
        for function in (_releases.release, _catalog.descriptor):
            function.cache_clear()
