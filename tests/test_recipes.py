"""The recipes of the README: other tools read the very same files, with the same types, dates, missing values and sums."""

import datetime
import shutil
import warnings

import pandas as pd
import pytest

import layoffdata
from layoffdata import _catalog

TABLES = _catalog.names()
AMAZON = {"event_id": "amazon-2026-01-28", "announced_date": datetime.date(2026, 1, 28), "jobs": 16000}


def expected(table):
    """What every tool must find in a column: rows present, and the sum, the first and last day or the number of values."""
    frame = layoffdata.load(table)
    out = {}
    for field in _catalog.fields(_catalog.resource(table)):
        column = frame[field["name"]]
        present = column.dropna()
        if field["type"] in ("integer", "number"):
            what = float(present.sum())
        elif field["type"] == "date":
            what = (present.min().date(), present.max().date()) if len(present) else (None, None)
        else:
            what = present.nunique()
        out[field["name"]] = field["type"], len(present), what
    return len(frame), out


def compare(table, found):
    """`found` gives rows, and for a column and its type of the schema the tool's own (type, present, value)."""
    rows, columns = expected(table)
    assert found.rows == rows
    for name, (kind, present, value) in columns.items():
        own, own_present, own_value = found(name, kind)
        assert own in found.types[kind], f"{name}: {own} for {kind}"
        assert own_present == present, name
        assert own_value == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize("table", TABLES)
def test_duckdb(table):
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(f"select * from '{layoffdata.path(table)}'")
    types = dict(zip(rows.columns, map(str, rows.types), strict=True))

    def found(name, kind):
        what = {"string": "count(distinct {0})", "date": "min({0}), max({0})"}.get(kind, "coalesce(sum({0}), 0)")
        quoted = f'"{name}"'  # one table has a column of the name table
        present, *value = duckdb.sql(f"select count({quoted}), {what.format(quoted)} from '{layoffdata.path(table)}'").fetchall()[0]
        return types[name], present, tuple(value) if kind == "date" else float(value[0]) if kind != "string" else value[0]

    found.rows = len(rows)
    found.types = {"string": ["VARCHAR"], "integer": ["BIGINT"], "number": ["DOUBLE"], "date": ["DATE"]}
    compare(table, found)


@pytest.mark.parametrize("table", TABLES)
def test_polars(table):
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(layoffdata.path(table))

    def found(name, kind):
        column = frame[name].drop_nulls()
        value = {"string": column.n_unique, "date": lambda: (column.min(), column.max())}.get(kind, lambda: float(column.sum()))()
        return str(frame[name].dtype), len(column), value

    found.rows = len(frame)
    found.types = {"string": ["String", "Categorical", "Enum"], "integer": ["Int64"], "number": ["Float64"], "date": ["Date"]}
    compare(table, found)


@pytest.mark.parametrize("table", TABLES)
def test_dask(table):
    dask = pytest.importorskip("dask.dataframe")
    lazy = dask.read_parquet(layoffdata.path(table), dtype_backend="pyarrow")
    frame = lazy.compute()

    def found(name, kind):
        column = frame[name].dropna()
        span = (column.min(), column.max()) if kind == "date" and len(column) else (None, None)
        value = {"string": column.nunique, "date": lambda: span}.get(kind, lambda: float(column.sum()))()
        return str(lazy[name].dtype).split("<")[0], len(column), value

    found.rows = len(frame)
    found.types = {"string": ["string", "dictionary"], "integer": ["int64[pyarrow]"], "number": ["double[pyarrow]"], "date": ["date32[day][pyarrow]"]}
    compare(table, found)


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")  # in the extra `spark`, as it is large
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


@pytest.mark.parametrize("table", ["layoffs", "capex", "company_quarters"])
def test_spark(spark, table):
    frame = spark.read.parquet(str(layoffdata.path(table)))
    types = dict(frame.dtypes)
    whats = {"string": "count(distinct {0})", "date": "array(min({0}), max({0}))"}
    columns = expected(table)[1]
    asked = [f"count({name}) as n_{name}" for name in columns]
    asked += [f"{whats.get(kind, 'double(coalesce(sum({0}), 0))').format(name)} as v_{name}" for name, (kind, _, _) in columns.items()]
    row = frame.selectExpr(*asked).first()

    def found(name, kind):
        value = row[f"v_{name}"]
        return types[name], row[f"n_{name}"], tuple(value) if kind == "date" else value

    found.rows = frame.count()
    found.types = {"string": ["string"], "integer": ["bigint"], "number": ["double"], "date": ["date"]}
    compare(table, found)


# ------------------------------------------------------------------------------- the queries, word for word as in the README
def test_recipe_duckdb():
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(f"""
        select sector, sum(net_jobs) as net_jobs from '{layoffdata.path("layoffs")}'
        where announced_date >= date '2025-01-01' group by sector order by net_jobs desc nulls last
    """).fetchall()
    frame = layoffdata.load("layoffs")
    wanted = frame[frame["announced_date"] >= "2025-01-01"].groupby("sector", observed=True)["net_jobs"].sum(min_count=1)
    assert {sector: jobs for sector, jobs in found} == {sector: None if pd.isna(jobs) else jobs for sector, jobs in wanted.items()}


def test_recipe_polars():
    polars = pytest.importorskip("polars")
    found = (
        polars.scan_parquet(layoffdata.path("layoffs"))
        .filter(polars.col("announced_date") >= datetime.date(2025, 1, 1))
        .group_by("sector")
        .agg(polars.col("net_jobs").sum())
        .sort("net_jobs", descending=True)
        .collect()
    )
    frame = layoffdata.load("layoffs")
    wanted = frame[frame["announced_date"] >= "2025-01-01"].groupby("sector", observed=True)["net_jobs"].sum()
    assert dict(zip(found["sector"], found["net_jobs"], strict=True)) == wanted.to_dict()


def test_recipe_dask():
    dask = pytest.importorskip("dask.dataframe")
    frame = dask.read_parquet(layoffdata.path("layoffs"), dtype_backend="pyarrow")
    found = frame[frame["announced_date"] >= datetime.date(2025, 1, 1)].groupby("company_id")["net_jobs"].sum().compute()
    frame = layoffdata.load("layoffs")
    wanted = frame[frame["announced_date"] >= "2025-01-01"].groupby("company_id")["net_jobs"].sum()
    assert found.astype("int64").sort_index().to_dict() == wanted.astype("int64").sort_index().to_dict()


@pytest.mark.parametrize("tool", ["duckdb", "polars", "dask"])
def test_one_row(tool):
    """A date is a day and not midnight, a number is an integer, and what is unknown is missing."""
    module = pytest.importorskip("dask.dataframe" if tool == "dask" else tool)
    file = layoffdata.path("layoffs")
    if tool == "duckdb":
        rows = module.sql(f"select event_id, announced_date, jobs, program_id, share_pct from '{file}'").fetchall()
        rows = [dict(zip(["event_id", "announced_date", "jobs", "program_id", "share_pct"], row, strict=True)) for row in rows]
    elif tool == "polars":
        rows = module.read_parquet(file).to_dicts()
    else:
        frame = module.read_parquet(file, dtype_backend="pyarrow").compute()
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    row = next(row for row in rows if row["event_id"] == AMAZON["event_id"])
    assert {name: row[name] for name in AMAZON} == AMAZON
    assert type(row["announced_date"]) is datetime.date and isinstance(row["jobs"], int)
    missing = layoffdata.load("layoffs").set_index("event_id")["jobs"].isna()
    assert {row["event_id"] for row in rows if row["jobs"] is None} == set(missing.index[missing])
