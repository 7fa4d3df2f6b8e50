"""The derived tables on frozen rows of six employers, as they were when they were last looked at.

The rows in tests/pinned/ do not follow corrections of the data: a difference here is one of the rules, never of the data.
If it is meant, `python tests/test_pinned.py` writes the new results; review them in the diff.
"""

import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import build  # noqa: E402
import tables as csvs  # noqa: E402

import layoffdata  # noqa: E402
from layoffdata import _catalog, _library  # noqa: E402

PINNED = Path(__file__).parent / "pinned"
EMPLOYERS = ["amazon", "intel", "meta", "microsoft", "nissan", "volkswagen"]
INPUTS = ["companies", "sources", "announcements", "layoff_reports", "layoff_status", "layoff_reasons", "headcount", "capex", "capex_guidance"]
DERIVED = ["layoffs", "company_quarters", "conflicts"]
DAYS = [None, "2025-10-27", "2026-02-05"]


def resources() -> dict[str, dict]:
    return {resource["name"]: resource for resource in csvs.descriptor()["resources"]}


def frozen() -> dict[str, pd.DataFrame]:
    out = {}
    for name in INPUTS:
        resource = resources()[name] | {"path": f"{name}.csv"}
        table, faults = build.compile_curated(resource, PINNED)
        assert not faults, faults[:3]
        out[name] = _catalog.to_pandas(build.under_schema(table, resource, {}), resource)
    return out


def derived(tables: dict[str, pd.DataFrame], name: str, day: str | None) -> str:
    """A derived table as CSV, under the schema, its columns in order of name so that moving one is no difference."""
    frame = build.DERIVATIONS[name](tables, day and pd.Timestamp(day))
    frame = _library.conform(frame, resources()[name])
    return frame[sorted(frame.columns)].to_csv(index=False, lineterminator="\n")


def result(name: str, day: str | None) -> Path:
    return PINNED / "results" / f"{name}{f'-{day}' if day else ''}.csv"


@pytest.fixture(scope="module")
def tables():
    return frozen()


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", DERIVED)
def test_pinned(tables, name, day):
    assert derived(tables, name, day).splitlines() == result(name, day).read_text(encoding="utf-8").splitlines()


def test_the_order_of_rows_is_no_matter(tables):
    shuffled = {name: frame.sample(frac=1, random_state=7, ignore_index=True) for name, frame in tables.items()}
    for name in DERIVED:
        assert derived(shuffled, name, None) == derived(tables, name, None)


def test_plain_python_text_gives_the_same(tables):
    plain = {}
    for name, frame in tables.items():
        text = [column for column in frame if frame[column].dtype in ("str", "category")]
        plain[name] = frame.assign(**{column: frame[column].astype(object) for column in text})
    for name in DERIVED:
        assert derived(plain, name, "2026-02-05") == derived(tables, name, "2026-02-05")


def test_an_unknown_source_is_named(tables):
    reports = tables["layoff_reports"]
    with pytest.raises(ValueError, match="'nobody' is not in the table sources"):
        build.DERIVATIONS["layoffs"](tables | {"layoff_reports": reports.assign(source_id=reports["source_id"].where(reports.index > 0, "nobody"))})


def test_nothing_is_known_before_the_first_source(tables):
    for name in ("layoffs", "conflicts"):
        assert len(build.DERIVATIONS[name](tables, pd.Timestamp("1999-12-31"))) == 0


@pytest.mark.parametrize("name", ["layoffs", "announcements", "capex"])
def test_a_user_who_changes_a_result_changes_only_that(name):
    """The engine parses a file once; what it hands out is nobody else's."""
    first = layoffdata.load(name, as_of="2026-02-01")
    before = first.to_csv()
    for column in first:
        first[column] = None
    assert layoffdata.load(name, as_of="2026-02-01").to_csv() == before


def freeze() -> None:
    """Copy the rows of the employers from data/, once; later corrections there are not followed."""
    kept = {name: csvs.read_csv(ROOT / resource["path"], resource)[0] for name, resource in resources().items() if name in INPUTS}
    events = {row["event_id"] for row in kept["announcements"] if row["company_id"] in EMPLOYERS}
    for name in INPUTS:
        if "event_id" in kept[name][0]:
            kept[name] = [row for row in kept[name] if row["event_id"] in events]
        elif name != "sources":
            kept[name] = [row for row in kept[name] if row["company_id"] in EMPLOYERS]
    used = {row.get("source_id") for name in INPUTS if name != "sources" for row in kept[name]}
    kept["sources"] = [row for row in kept["sources"] if row["source_id"] in used]
    csvs.write_all({PINNED / f"{name}.csv": csvs.canonical(rows, resources()[name]) for name, rows in kept.items()})


if __name__ == "__main__":
    if not PINNED.exists():
        freeze()
    inputs = frozen()
    csvs.write_all({result(name, day): derived(inputs, name, day) for name in DERIVED for day in DAYS})
