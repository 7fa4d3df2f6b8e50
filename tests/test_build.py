"""The build: same input, same bytes; a build that fails leaves what was there."""

import hashlib
import json
import subprocess
import sys

import build
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tables as csvs
from conftest import ROOT

from layoffdata import _catalog


def snapshot(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_builds_give_the_same_bytes(small):
    first = snapshot(build.build(small))
    assert snapshot(build.build(small)) == first
    assert first.keys() == {"datapackage.json"} | {f"{r['name']}.parquet" for r in csvs.descriptor(small)["resources"]}


def test_the_order_of_rows_and_of_the_hash_seed_does_not_matter(small):
    code = "import sys; sys.path.insert(0, 'scripts'); import build, pathlib; build.build(pathlib.Path(sys.argv[1]))"
    first = snapshot(build.build(small))
    subprocess.run([sys.executable, "-c", code, str(small)], cwd=ROOT, env={"PYTHONHASHSEED": "7", "TZ": "Pacific/Kiritimati"}, check=True)
    assert snapshot(small / "layoffdata" / "compiled") == first


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("capex", b",25019000000,", b",many,", "data/capex.csv:"),
        ("announcements", b",layoff,", b",sacking,", "not one of layoff, voluntary"),
        ("companies", b",US,", b",,", "country_code '' required"),
    ],
)
def test_a_failed_build_leaves_the_previous_files(small, edit, capsys, table, old, new, said):
    before = snapshot(build.build(small))
    edit(table, text=lambda content: content.replace(old, new, 1))
    with pytest.raises(csvs.Faulty, match=said.replace("(", r"\(")):
        build.build(small)
    folder = small / "layoffdata"
    assert snapshot(folder / "compiled") == before
    assert [path.name for path in folder.iterdir()] == ["compiled"]


def test_a_build_that_dies_while_writing_leaves_the_previous_files(small, monkeypatch):
    before = snapshot(build.build(small))
    monkeypatch.setattr(build, "content_hash", lambda table: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build.build(small)
    assert snapshot(small / "layoffdata" / "compiled") == before
    assert [path.name for path in (small / "layoffdata").iterdir()] == ["compiled"]


def test_the_compiled_descriptor_tells_the_truth(package):
    compiled = json.loads((_catalog.COMPILED / "datapackage.json").read_text(encoding="utf-8"))
    assert compiled["version"] == package["version"]
    assert [r["name"] for r in compiled["resources"]] == [r["name"] for r in package["resources"]]
    for resource in compiled["resources"]:
        content = (_catalog.COMPILED / resource["path"]).read_bytes()
        table = pq.read_table(pa.BufferReader(content))
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["rows"] == len(table) > 0
        assert resource["content_hash"] == build.content_hash(table)


def test_parquet_carries_its_schema_and_nothing_of_pandas(package):
    for resource in package["resources"]:
        file = pq.ParquetFile(_catalog.COMPILED / f"{resource['name']}.parquet")
        schema = file.schema_arrow
        assert schema.names == csvs.field_names(resource)
        assert b"pandas" not in schema.metadata and schema.metadata[b"version"] == package["version"].encode()
        assert file.num_row_groups == 1
        for field in csvs.fields(resource):
            column = schema.field(field["name"])
            assert column.nullable == (not field.get("constraints", {}).get("required", False))
            assert column.metadata[b"description"] == field["description"].encode()
            assert pa.types.is_dictionary(column.type) == ("enum" in field.get("constraints", {}))


def test_curated_parquet_equals_its_csv(package):
    for resource in csvs.curated(package):
        rows, _, faults = csvs.read_csv(ROOT / resource["path"], resource)
        table = pq.read_table(_catalog.COMPILED / f"{resource['name']}.parquet")
        assert not faults and table.to_pylist() == rows


def test_a_value_outside_the_enum_or_a_null_where_required_stops_the_build(package):
    resource = next(r for r in package["resources"] if r["name"] == "layoff_units")
    good = {"event_id": ["a"], "unit": ["b"], "basis": ["press"], "source_id": ["c"]}
    assert len(build.under_schema(pa.table(good), resource, {})) == 1
    with pytest.raises(ValueError, match=r"layoff_units.basis: \['rumour'\]"):
        build.under_schema(pa.table(good | {"basis": ["rumour"]}), resource, {})
    with pytest.raises(ValueError, match="layoff_units.unit: 1 missing"):
        build.under_schema(pa.table(good | {"unit": pa.array([None], pa.string())}), resource, {})


def test_content_hash_ignores_dictionaries_and_chunks():
    plain = pa.table({"a": ["x", "y", "x"]})
    chunked = pa.concat_tables([plain.slice(0, 1), plain.slice(1)])
    encoded = pa.table({"a": plain["a"].combine_chunks().dictionary_encode()})
    assert build.content_hash(plain) == build.content_hash(chunked) == build.content_hash(encoded)
    assert build.content_hash(pa.table({"a": ["x", "y", "z"]})) != build.content_hash(plain)


def test_the_version_stands_in_one_place(package):
    cff = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'version: "{package["version"]}"' in cff
    assert f"## {package['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
