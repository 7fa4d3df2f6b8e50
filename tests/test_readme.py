"""What the README says is what the data say."""

import re
import shutil

import pytest
from conftest import ROOT

import layoffdata

YEARS = range(2019, 2026)  # of the series by fiscal year and of headcounts
README = (ROOT / "README.md").read_text(encoding="utf-8")


def percent(part, whole):
    return f"{100 * part / whole:.0f}%"


def counts():
    """The sentences with numbers, as they must stand in the README."""
    events, coverage = layoffdata.load("layoffs"), layoffdata.load("coverage")
    yield f"holds {len(events):,} announcements by {events['company_id'].nunique():,} employers with {len(layoffdata.load('sources')):,} documents"
    yield f"{len(coverage):,} pairs of employer and year ({coverage['company_id'].nunique()} employers)"
    size = events[["jobs_low", "jobs", "jobs_high"]].max(axis=1)
    good, large = events["evidence_grade"].isin(["A", "B"]), size >= 1000
    yield f"{percent(good.sum(), len(events))} of the announcements have A or B, {percent(good[large].sum(), large.sum())} of those of 1,000 jobs or more"
    yield f"{percent((events['evidence_grade'] == 'D').sum(), len(events))} rest on aggregators or blogs alone"
    capex, headcount = layoffdata.load("capex"), layoffdata.load("headcount")
    whole = whole_years(capex[capex["fiscal_period"] == "FY"], "fiscal_year")
    filed = capex["accession"].notna()
    yield f"{(whole == len(YEARS)).sum()} of {capex['company_id'].nunique()} employers have every fiscal year from 2019 to 2025, {percent(filed.sum(), len(capex))} of the figures"
    headcount = headcount[headcount["scope"] == "total"]
    known = whole_years(headcount.assign(year=headcount["as_of_date"].dt.year), "year")
    yield f"{(known >= len(YEARS) - 1).sum()} employers have a headcount in six or seven of the years 2019 to 2025, {(known == len(YEARS)).sum()} in all seven"
    twice = events["event_id"].isin(layoffdata.load("verification")["event_id"])
    yield f"{percent(twice.sum(), len(events))} of the announcements, {(large & twice).sum():,} of the {large.sum():,} of 1,000 jobs or more, have been read twice"


def whole_years(rows, column):
    """How many of the years of `YEARS` each employer has."""
    return rows[rows[column].isin(YEARS)].groupby("company_id", observed=True)[column].nunique()


def readings():
    for batch, rows in layoffdata.load("verification").groupby("batch", observed=True):
        read, wrong, unclear = len(rows), (rows["verdict"] == "wrong").sum(), (rows["verdict"] == "unclear").sum()
        other = percent((rows["basis"] == "other_source").sum(), read)
        yield f"| `{batch}` | {rows['event_id'].nunique()} | {read:,} | {wrong} ({100 * wrong / read:.1f}%) | {unclear} | {other} |"


def years():
    totals, events = layoffdata.totals(by="year"), layoffdata.load("layoffs")
    american = events[events["country_code"] == "US"].groupby(events["announced_date"].dt.year)["net_jobs"].sum()
    latest = layoffdata.load("indicators").sort_values("vintage_date").drop_duplicates(["series_id", "period"], keep="last")
    series = latest.groupby(["series_id", latest["period"].dt.year])["value"].agg(["sum", "count"])
    for year in range(2020, 2026):
        row = totals.loc[str(year)]
        whole = series.loc[("CHALLENGER_TOTAL", year), "count"] == 12 if ("CHALLENGER_TOTAL", year) in series.index else False
        challenger = f"{series.loc[('CHALLENGER_TOTAL', year), 'sum']:,.0f}" if whole else "not whole here"
        jolts = 1000 * series.loc[("JTSLDL", year), "sum"]
        yield f"| {year} | {row['point']:,} ({row['low']:,} to {row['high']:,}) | {american[year]:,} | {challenger} | {jolts:,.0f} |"


@pytest.mark.parametrize("sentences", [counts, readings, years])
def test_numbers(sentences):
    missing = [sentence for sentence in sentences() if sentence not in README]
    assert not missing


def test_every_table_is_named():
    for table in layoffdata.tables().index:
        assert f"`{table}`" in README


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_of_the_readme_runs(block):
    for module in ("duckdb", "polars", "dask", "pyspark"):
        if module in block:
            pytest.importorskip(module)
    if "pyspark" in block and not shutil.which("java"):
        pytest.skip("Spark needs Java")
    exec(compile(block, "README.md", "exec"), {})
