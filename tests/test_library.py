"""The loader: tables, dtypes, errors, evidence, citation."""

import json
import shutil
import subprocess
import sys
from typing import get_args

import pandas as pd
import pytest
import tables as csvs
from conftest import ROOT

import layoffdata
from layoffdata import resolve

TABLES = [resource["name"] for resource in csvs.descriptor()["resources"]]
TIMELESS = ["companies", "company_aliases", "known_exceptions"]


def test_editors_complete_the_tables_of_the_descriptor():
    assert list(get_args(layoffdata.TableName)) == TABLES == list(layoffdata.tables().index)


def test_ranks_and_codes_are_those_of_the_schema(package):
    enums = {(r["name"], f["name"]): f.get("constraints", {}).get("enum") for r in package["resources"] for f in csvs.fields(r)}
    assert set(resolve.RANK) == set(enums["sources", "source_type"])
    assert resolve.STATUS_ORDER == enums["layoff_status", "status"]
    assert set(resolve.AI_STANCES) == set(enums["layoffs", "ai_stance"])
    assert set(resolve.AI_REASONS) <= set(enums["layoff_reasons", "reason"])
    assert set(resolve.EMPLOYER_VOICES) <= set(enums["layoff_reasons", "speaker"])


@pytest.mark.parametrize("table", TABLES)
def test_load_gives_the_dtypes_of_the_codebook(table, package):
    frame = layoffdata.load(table)
    book = layoffdata.describe(table)
    assert list(frame.columns) == list(book.index) and len(frame)
    for column, wanted in book["dtype"].items():
        dtype = frame[column].dtype
        actual = "category" if isinstance(dtype, pd.CategoricalDtype) else "datetime64" if dtype.kind == "M" else "str" if isinstance(dtype, pd.StringDtype) else str(dtype)
        assert actual == wanted, column
        if wanted == "category":
            assert ", ".join(frame[column].cat.categories) == book.loc[column, "values"]
    key = next(r for r in package["resources"] if r["name"] == table)["schema"]["primaryKey"]
    assert not frame.duplicated(key).any() and frame[key].notna().all(axis=None)
    assert frame.attrs["table"] == table and all(isinstance(v, str) for v in frame.attrs.values())


@pytest.mark.parametrize("table", [t for t in TABLES if t not in TIMELESS])
def test_as_of_keeps_the_form_and_forgets_the_future(table):
    then = layoffdata.load(table, as_of="2025-10-29")
    now = layoffdata.load(table)
    assert (then.dtypes.astype(str) == now.dtypes.astype(str)).all() and len(then) <= len(now)
    for column in then.columns[[d.kind == "M" for d in then.dtypes]]:
        if column not in ("period_end", "period_start", "accessed_date"):
            assert not (then[column] > "2025-12-31").any(), column


@pytest.mark.parametrize("table", TIMELESS)
def test_as_of_has_no_meaning_for_identities(table):
    with pytest.raises(ValueError, match=f"no meaning for '{table}'"):
        layoffdata.load(table, as_of="2025-10-29")


def test_columns_in_the_order_asked_for():
    assert list(layoffdata.load("capex", columns=["amount_usd", "company_id"]).columns) == ["amount_usd", "company_id"]
    assert list(layoffdata.load("layoffs", columns=["jobs"], as_of="2025-01-01").columns) == ["jobs"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: layoffdata.load("layofs"), ["'layofs'", "'layoffs'", "capex", "tables()"]),
        (lambda: layoffdata.load("layoffs", columns=["job"]), ["'job'", "'jobs'", "describe"]),
        (lambda: layoffdata.load("layoffs", columns=["job"], as_of="2025-01-01"), ["'job'", "'jobs'"]),
        (lambda: layoffdata.describe("sorces"), ["'sorces'", "'sources'"]),
        (lambda: layoffdata.path("nothing"), ["'nothing'", "There are"]),
        (lambda: layoffdata.company("Amazn"), ["'Amazn'", "'Amazon'", "aliases"]),
        (lambda: layoffdata.evidence("amazon-2026-01-29x"), ["amazon-2026-01-2", "event_id"]),
        (lambda: layoffdata.explain("amazon-2024x"), ["amazon-2025"]),
        (lambda: layoffdata.cite("bibtext"), ["'bibtext'", "'bibtex'", "csl-json"]),
        (lambda: layoffdata.totals(by="sectr"), ["'sectr'", "'sector'"]),
        (lambda: layoffdata.totals(freq="week"), ["'week'", "month"]),
        (lambda: layoffdata.totals(count="all"), ["'all'", "confirmed"]),
    ],
)
def test_unknown_names_say_what_exists(call, words):
    with pytest.raises(layoffdata.UnknownName) as error:
        call()
    assert all(word in str(error.value) for word in words), str(error.value)
    assert isinstance(error.value, LookupError) and isinstance(error.value, ValueError)


@pytest.mark.parametrize("as_of", ["yesterday", "2025-13-01", "", object()])
def test_a_day_that_is_none(as_of):
    with pytest.raises(ValueError, match="is not a day"):
        layoffdata.load("layoffs", as_of=as_of)


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("layoffs.parquet", lambda path: path.write_bytes(path.read_bytes()[:-1]), ["is damaged", "hash", "scripts/build.py"]),
        ("layoffs.parquet", lambda path: path.write_bytes(path.read_bytes()[:500] + b"x" + path.read_bytes()[501:]), ["is damaged"]),
        ("layoffs.parquet", lambda path: path.unlink(), ["is missing", "Reinstall"]),
        ("datapackage.json", lambda path: path.unlink(), ["has not been built", "scripts/build.py"]),
        ("datapackage.json", lambda path: path.write_text("{"), ["is damaged"]),
    ],
)
def test_a_damaged_file_is_named(tmp_path, name, spoil, words):
    shutil.copytree(ROOT / "layoffdata", tmp_path / "layoffdata")
    spoil(tmp_path / "layoffdata" / "compiled" / name)
    run = subprocess.run([sys.executable, "-c", "import layoffdata; layoffdata.load('layoffs')"], cwd=tmp_path, capture_output=True, text=True)
    last = run.stderr.strip().splitlines()[-1]
    assert run.returncode == 1 and last.startswith("layoffdata.errors.DamagedFile")
    assert all(word in last for word in [name, *words]), last


def test_import_loads_nothing_heavy():
    code = "import sys, layoffdata; print([m for m in ('pandas', 'numpy', 'pyarrow', 'requests') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["Amazon", "amazon", "AMZN", "amzn", "1018724", 1018724, "Amazon.com", " Amazon "])
def test_company_by_any_name(name):
    found = layoffdata.company(name)
    assert found["company_id"] == "amazon" and found["wikidata_id"] == "Q3884"


@pytest.mark.parametrize(("alias", "company_id"), [("Google", "alphabet"), ("Facebook", "meta"), ("VW", "volkswagen"), ("Citi", "citigroup"), ("Nestle", "nestle")])
def test_names_that_people_type(alias, company_id):
    assert layoffdata.company(alias)["company_id"] == company_id


def test_tables_and_describe():
    catalogue = layoffdata.tables()
    assert set(catalogue.index[catalogue["derived"]]) == {"layoffs", "company_quarters", "conflicts"}
    assert "July 2026" in layoffdata.describe("layoffs").attrs["caveats"]
    assert layoffdata.describe("layoff_reports").loc["source_id", "references"] == "sources.source_id"
    for table in TABLES:
        assert (layoffdata.describe(table)["description"] != "").all()


def test_citations():
    version = layoffdata.__version__
    assert f"Version {version}" in layoffdata.cite()
    assert layoffdata.cite("bibtex").count("{") == layoffdata.cite("bibtex").count("}")
    (item,) = json.loads(layoffdata.cite("csl-json"))
    assert item["type"] == "dataset" and item["version"] == version


def test_evidence_shows_everything_in_one_table():
    table = layoffdata.evidence("amazon-2025")
    assert {"jobs", "share_pct", "status", "reason", "unit", "capex_guidance", "headcount"} <= set(table["what"])
    assert table["url"].notna().all() and table["date"].is_monotonic_increasing
    assert table["statement"].notna().all()
    in_won = layoffdata.evidence("samsung-electronics-2024-10-01").query("what == 'capex_guidance'")
    assert in_won[["statement", "point"]].to_numpy().tolist() == [["56,700 billion KRW for fiscal 2024", 56_700e9]]
