"""The command line: as a process a few times, in this process for the rest."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import layoffdata
from layoffdata import _catalog
from layoffdata.__main__ import COMMANDS, main
from layoffdata._text import text


@pytest.fixture
def run(capsys):
    """Run a command; returns (exit code, standard output, standard error)."""

    def command(line):
        code = main(line.split() if isinstance(line, str) else line)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def rows_of(out):
    return list(csv.DictReader(io.StringIO(out)))


def process(line, **settings):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"}
    return subprocess.run([sys.executable, "-m", "layoffdata", *line.split()], capture_output=True, env=environment, **settings)


# ------------------------------------------------------------------------------- as a process
def test_process_prints_utf8_whatever_the_locale():
    done = process("show layoffs --company volkswagen --format csv")
    assert done.returncode == 0 and done.stderr == b""
    assert {row["company_id"] for row in rows_of(done.stdout.decode("utf-8"))} == {"volkswagen"}
    assert "č".encode() in process("show sources --format json").stdout or "é".encode() in process("show sources --format json").stdout


def test_process_names_the_fault_in_one_line():
    done = process("show layofs")
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.startswith(b"layoffdata: There is no table 'layofs'. Did you mean 'layoffs'")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(shutil.which("sh") is None or os.name == "nt", reason="needs a POSIX shell")
def test_process_is_quiet_when_the_reader_stops():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        ["sh", "-c", f"{{ {sys.executable} -m layoffdata show sources; echo code $? >&2; }} | head -1"], capture_output=True, text=True, env=environment
    )
    assert done.stdout.startswith("source_id") and done.stderr == "code 0\n"


def test_help_needs_no_pandas():
    code = "import sys; from layoffdata.__main__ import main; main(['--help']); assert not {'pandas', 'pyarrow'} & sys.modules.keys()"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "layoffdata explain amazon-2025" in done.stdout


def test_import_needs_no_pandas():
    code = "import sys, layoffdata; assert not {'pandas', 'pyarrow', 'numpy'} & sys.modules.keys(); layoffdata.totals"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


# ------------------------------------------------------------------------------- help and wrong use
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run, name):
    code, out, err = run(f"{name} --help")
    assert code == 0 and err == "" and f"usage: layoffdata {name}" in out


def test_no_command_shows_the_help_and_fails(run):
    code, out, err = run("")
    assert code == 2 and out == "" and "commands:" in err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("shw layoffs", ["invalid choice", "shw"]),
        ("show nothing", ["no table 'nothing'"]),
        ("show layoffs --columns job", ["no column in layoffs 'job'", "Did you mean 'jobs'"]),
        ("show layoffs --company amazn", ["no company 'amazn'", "Amazon"]),
        ("show layoffs --sector 99", ["no sector '99'", "NAICS"]),
        ("show layoffs --year soon", ["--year", "soon"]),
        ("show layoffs --as-of someday", ["as_of='someday' is not a day"]),
        ("show companies --as-of 2025-01-01", ["as_of has no meaning for 'companies'"]),
        ("show indicators --company amazon", ["do not belong to an employer"]),
        ("show companies --year 2025", ["have no date"]),
        ("describe nothing", ["no table 'nothing'"]),
        ("evidence nothing", ["'nothing'"]),
        ("explain nothing", ["'nothing'"]),
        ("explain amazon-2025 --count all", ["--count"]),
        ("totals --by continent", ["no group 'continent'"]),
        ("company nobody", ["no company 'nobody'"]),
        ("cite --style apa", ["--style"]),
        ("export layoffs --to layoffs.sav", ["which format", ".duckdb"]),
        ("export nothing --to nothing.csv", ["no table 'nothing'"]),
        ("export layoffs capex --to both.csv", ["holds one table, not 2", ".xlsx"]),
    ],
)
def test_wrong_use(run, line, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(line)
    assert code == 2 and out == "" and "Traceback" not in err
    assert all(word in err for word in words), err
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------- results
@pytest.mark.parametrize("name", _catalog.names())
def test_show_and_describe_every_table(run, name):
    code, out, _ = run(f"show {name} --format json")
    records = json.loads(out)
    frame = layoffdata.load(name)
    assert code == 0 and len(records) == len(frame) and list(records[0]) == list(frame)
    assert [record["field"] for record in json.loads(run(f"describe {name} --format json")[1])] == list(frame)


def test_tables(run):
    assert [row["table"] for row in rows_of(run("tables --format csv")[1])] == _catalog.names()
    assert run("tables")[1].splitlines()[0].split() == ["table", "rows", "bytes", "title"]


def test_json_keeps_types(run):
    frame = layoffdata.load("layoffs")
    record = next(r for r in json.loads(run("show layoffs --format json")[1]) if r["event_id"] == "amazon-2026-01-28")
    assert record["jobs"] == 16000 and record["announced_date"] == "2026-01-28" and record["severance_weeks_min"] is None
    assert frame["share_pct"].isna().any()  # so that NaN had a chance to leak
    assert "NaN" not in run("show layoffs --format json")[1]


def test_show_filters(run):
    frame = layoffdata.load("layoffs")
    wanted = frame[(frame["announced_date"].dt.year == 2025) & (frame["sector"] == "51")]
    assert [row["event_id"] for row in rows_of(run("show layoffs --year 2025 --sector 51 --format csv")[1])] == wanted["event_id"].tolist()
    out = run("show layoffs --company AMZN --as-of 2025-10-29 --year 2025 --columns event_id,jobs,status --format csv")[1]
    assert {"event_id": "amazon-2025-10-28", "jobs": "14000", "status": "confirmed"} in rows_of(out)
    assert not any(row["event_id"].startswith("amazon-2026") for row in rows_of(out))


def test_filters_by_way_of_the_announcement(run):
    reports = rows_of(run("show layoff_reports --company amazon --year 2026 --format csv")[1])
    dates = layoffdata.load("announcements").set_index("event_id")["announced_date"]
    assert reports and all(row["event_id"].startswith("amazon-") and dates[row["event_id"]].year == 2026 for row in reports)
    assert {row["fiscal_year"] for row in rows_of(run("show capex --company nvidia --year 2026 --format csv")[1])} == {"2026"}


def test_conflicts(run):
    kinds = {row["kind"] for row in rows_of(run("conflicts --company amazon --format csv")[1])}
    assert "guidance_year" in kinds
    assert len(rows_of(run("conflicts --format csv")[1])) == len(layoffdata.load("conflicts"))


def test_explain_evidence_totals_company_cite(run):
    rows = rows_of(run("explain amazon-2025 --as-of 2026-02-01 --format csv")[1])
    assert sum(int(row["net_jobs"] or 0) for row in rows) == 30000
    assert any("https://" in row["url"] for row in rows_of(run("evidence amazon-2026-01-28 --format csv")[1]))
    assert int(rows_of(run("totals --format csv")[1])[0]["point"]) == layoffdata.totals()["point"].iloc[0]
    by = rows_of(run("totals --by year,sector --as-of 2025-12-31 --count reported --format csv")[1])
    assert len(by) == len(layoffdata.totals(by=["year", "sector"], as_of="2025-12-31", count="reported")) and {"year", "sector"} <= by[0].keys()
    assert "amazon" in run("company AMZN")[1] and json.loads(run("company amazon --format json")[1])[0]["ticker"] == "AMZN"
    assert run("cite --style bibtex")[1].strip() == layoffdata.cite("bibtex")
    assert run("--version")[1].strip() == layoffdata.__version__


def test_text_is_plain_in_a_pipe_and_fits_a_terminal():
    frame = pd.DataFrame({"name": ["a", "b" * 99, None], "jobs": pd.array([14000, None, 3], dtype="Int64"), "usd": [1.25e11, None, 0.5]})
    piped = text(frame, "table").splitlines()
    assert piped[0].split() == ["name", "jobs", "usd"] and "b" * 99 in piped[2] and len(piped) == 4
    assert piped[1].endswith("14000  125000000000") and piped[3].endswith("3           0.5")
    shown = text(frame, "table", 60).splitlines()
    assert shown[-1] == "3 rows" and all(len(line) <= 60 for line in shown[1:]) and "…" in shown[2]
    assert text(frame.iloc[:0], "json") == "[]\n" and text(frame.iloc[:0], "table").split() == ["name", "jobs", "usd"]


# ------------------------------------------------------------------------------- verify
@pytest.fixture
def own_copy(tmp_path, monkeypatch):
    """A copy of the compiled files that a test may spoil."""
    folder = tmp_path / "compiled"
    shutil.copytree(_catalog.COMPILED, folder)
    monkeypatch.setattr(_catalog, "COMPILED", folder)
    return folder


def test_verify(run, own_copy):
    code, out, err = run("verify --format csv")
    assert code == 0 and err == "" and {row["state"] for row in rows_of(out)} == {"ok"} and len(rows_of(out)) == len(_catalog.names())
    (own_copy / "capex.parquet").unlink()
    spoilt = own_copy / "layoffs.parquet"
    content = bytearray(spoilt.read_bytes())
    content[len(content) // 2] ^= 1
    spoilt.write_bytes(content)
    code, out, err = run("verify --format csv")
    assert code == 1
    assert {row["table"]: row["state"] for row in rows_of(out) if row["state"] != "ok"} == {"capex": "missing", "layoffs": "damaged"}
    assert "layoffs.parquet is damaged" in err and "capex.parquet is missing" in err


def test_a_damaged_file_is_a_data_fault(run, own_copy):
    (own_copy / "layoffs.parquet").write_bytes(b"PAR1")
    for line in ("show layoffs", "totals", "explain amazon-2025"):
        code, out, err = run(line)
        assert code == 1 and out == "" and "layoffs.parquet is damaged" in err and err.count("\n") == 1


# ------------------------------------------------------------------------------- export
def reader(form):
    if form == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        return lambda file: duckdb.connect(str(file), read_only=True).sql("select * from layoffs").df()
    if form == "xlsx":
        pytest.importorskip("openpyxl")
        return lambda file: pd.read_excel(file, sheet_name="layoffs", keep_default_na=False, na_values=[""])
    return {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}[form]


@pytest.mark.parametrize("day", [None, "2025-10-29"])
@pytest.mark.parametrize("form", ["parquet", "csv", "json", "xlsx", "duckdb"])
def test_export(run, tmp_path, form, day):
    read = reader(form)
    target = tmp_path / f"out.{form}"
    code, out, err = run(["export", "layoffs", "--to", str(target), *(["--as-of", day] if day else [])])
    assert code == 0 and out == "" and str(target) in err
    assert list(tmp_path.iterdir()) == [target]
    frame, wanted = read(target), layoffdata.load("layoffs", as_of=day)
    assert list(frame) == list(wanted) and frame["event_id"].tolist() == wanted["event_id"].tolist()
    assert frame["net_jobs"].sum() == wanted["net_jobs"].sum() and frame["net_jobs"].isna().sum() == wanted["net_jobs"].isna().sum()
    assert pd.to_datetime(frame["announced_date"]).tolist() == wanted["announced_date"].tolist()


def test_export_copies_the_very_file(run, tmp_path):
    run(["export", "layoffs", "--to", str(tmp_path / "layoffs.parquet")])
    assert (tmp_path / "layoffs.parquet").read_bytes() == layoffdata.path("layoffs").read_bytes()


def test_export_of_all_tables_to_a_database_with_types(run, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    target = tmp_path / "all.duckdb"
    assert run(["export", "all", "--to", str(target)])[0] == 0
    with duckdb.connect(str(target), read_only=True) as database:
        assert {row[0] for row in database.sql("show tables").fetchall()} == set(_catalog.names())
        types = dict(database.sql("select column_name, data_type from duckdb_columns() where table_name = 'layoffs'").fetchall())
        comment = database.sql("select comment from duckdb_columns() where table_name = 'layoffs' and column_name = 'net_jobs'").fetchall()[0][0]
    assert types["announced_date"] == "DATE" and types["jobs"] == "BIGINT" and types["share_pct"] == "DOUBLE"
    assert comment == layoffdata.describe("layoffs").loc["net_jobs", "description"]


def test_export_of_several_tables_to_a_workbook(run, tmp_path):
    pytest.importorskip("openpyxl")
    target = tmp_path / "book.xlsx"
    assert run(["export", "layoffs", "conflicts", "--to", str(target)])[0] == 0
    sheets = pd.read_excel(target, sheet_name=None)
    assert list(sheets) == ["layoffs", "conflicts", "codebook", "about"]
    assert set(sheets["codebook"]["table"]) == {"layoffs", "conflicts"} and layoffdata.cite() in sheets["about"]["about"].tolist()


def test_export_does_not_overwrite_unasked(run, tmp_path):
    target = tmp_path / "layoffs.csv"
    target.write_text("mine")
    code, _, err = run(["export", "layoffs", "--to", str(target)])
    assert code == 2 and "--overwrite" in err and target.read_text() == "mine"
    assert run(["export", "layoffs", "--to", str(target), "--overwrite"])[0] == 0 and target.read_text() != "mine"


def test_export_into_no_folder(run, tmp_path):
    code, _, err = run(["export", "layoffs", "--to", str(tmp_path / "none" / "layoffs.csv")])
    assert code == 2 and "none" in err and err.count("\n") == 1


@pytest.mark.parametrize(("form", "package"), [("xlsx", "openpyxl"), ("duckdb", "duckdb")])
def test_export_names_the_missing_package(run, tmp_path, monkeypatch, form, package):
    monkeypatch.setitem(sys.modules, package, None)
    code, _, err = run(["export", "layoffs", "--to", str(tmp_path / f"out.{form}")])
    assert code == 2 and f"pip install {package}" in err and list(tmp_path.iterdir()) == []
