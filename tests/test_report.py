"""The diagnostics say what the tables say."""

import check
import pandas as pd
import pytest
import report

import layoffdata

SECTIONS = ["By year", "By sector", "By country", "By evidence grade", "By AI stance", "Largest conflicts"]


@pytest.fixture(scope="module")
def shown():
    return report.report()


def section(shown, title):
    """The lines of a section as lists of words."""
    part = next(part for part in shown.split("\n\n") if part.startswith(title))
    return [line.split() for line in part.splitlines()[1:]]


def test_every_section_is_there_and_plain(shown):
    assert all(f"\n\n{title}" in shown for title in SECTIONS)
    assert "\033" not in shown and "nan" not in shown.lower().split() and "<NA>" not in shown


@pytest.mark.parametrize("title", SECTIONS[:-1])
def test_groups_add_up(shown, title):
    header, *rows = section(shown, title)
    events = layoffdata.load("layoffs")
    widths = {len(header), len(header) + 1}  # "19 others"
    assert {len(row) for row in rows} <= widths
    assert sum(int(row[-7]) for row in rows) == len(events)
    assert sum(int(row[-5]) for row in rows) == events["net_jobs"].sum()
    assert sum(int(row[-4]) for row in rows) == (events["jobs_basis"] == "none").sum()


def test_facts(shown):
    events = layoffdata.load("layoffs")
    facts = shown.split("\n\n")[1]
    for words, number in (
        ("without any figure", (events["jobs_basis"] == "none").sum()),
        ("with a share as a source states it", events["share_pct"].notna().sum()),
        ("with either share", (events["share_pct"].notna() | events["share_pct_computed"].notna()).sum()),
        ("conflicts", len(layoffdata.load("conflicts"))),
    ):
        row = next(line for line in facts.splitlines() if line.startswith(words))
        assert row[len(words) :].split()[0] == str(number), row


def test_second_source_counts_publishers_not_documents(monkeypatch):
    made = {
        "layoff_reports": pd.DataFrame({"event_id": ["one", "one", "two", "two"], "source_id": ["a", "b", "a", "c"]}),
        "layoff_status": pd.DataFrame({"event_id": ["one", "three"], "source_id": ["b", "c"]}),
        "sources": pd.DataFrame({"source_id": ["a", "b", "c"], "publisher": ["The Post", "THE POST", "The Times"]}),
    }
    monkeypatch.setattr(layoffdata, "load", made.__getitem__)
    assert report.second_source(pd.DataFrame({"event_id": ["one", "two", "three", "four"]})).tolist() == [False, True, False, False]


def test_long_lists_end_with_the_others():
    rows = pd.DataFrame({"country": [f"C{i:02}" for i in range(20) for _ in range(20 - i)]})
    rows = rows.assign(company="x", net_jobs=pd.array([1] * len(rows), dtype="Int64"), grade="B")
    rows = rows.assign(no_figure=False, second_source=True, share=False, share_computed=False)
    frame = report.grouped(rows, "country")
    assert frame["country"].iloc[0] == "C00" and frame["country"].iloc[-1] == "5 others" and frame["announcements"].sum() == len(rows)


def test_the_widest_conflict_comes_first(shown):
    conflicts = layoffdata.load("conflicts")
    widest = conflicts.loc[conflicts["gap_pct"].abs().idxmax()]
    assert section(shown, "Largest conflicts")[1][0] == str(widest["kind"])


def test_check_prints_it(monkeypatch, capsys):
    monkeypatch.setattr(check, "faults_of", lambda root: [])
    assert check.main(["--report"]) == 0
    assert "By evidence grade" in capsys.readouterr().out
