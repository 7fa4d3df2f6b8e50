"""The intake: one plain line per report, split into tables, all or nothing."""

import csv
import re

import intake
import pytest
import tables as csvs
from conftest import ROOT


@pytest.fixture
def take(small, tmp_path, capsys):
    """Run the intake on lines given as dictionaries; returns exit code and output."""

    def run(*lines, options=(), text=None):
        path = tmp_path / "rows.csv"
        if text is None:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, sorted({name for line in lines for name in line}))
                writer.writeheader()
                writer.writerows(lines)
        else:
            path.write_text(text, encoding="utf-8")
        capsys.readouterr()
        code = intake.main([str(path), *options], root=small)
        return code, capsys.readouterr().out

    return run


def rows(root, table):
    resource = next(r for r in csvs.curated(csvs.descriptor(root)) if r["name"] == table)
    found, _, faults = csvs.read_csv(root / resource["path"], resource)
    assert not faults
    return found


def snapshot(root):
    return {path.name: path.read_bytes() for path in (root / "data").iterdir()}


def line(**values):
    base = {"company": "Example Works", "country_code": "DE", "sector": "31-33", "announced_date": "2026-03-04", "kind": "layoff", "scope": "global",
            "jobs": "1200", "jobs_qualifier": "about", "status": "confirmed", "publisher": "Example Works", "source_type": "company_statement",
            "url": "https://example.org/press/1", "published_date": "2026-03-04", "language": "en"}  # fmt: skip
    return {name: value for name, value in (base | values).items() if value is not None}


def worked_example():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.search(r"<!-- example: rows.csv -->\n```csv\n(.*?)```", text, re.DOTALL).group(1), text


def test_the_worked_example_of_contributing(small, take):
    example, text = worked_example()
    before = snapshot(small)
    code, said = take(text=example, options=["--dry-run"])
    assert code == 0 and "would add" in said and snapshot(small) == before
    for promised in ("one new company", "two sources", "`example-works-2026-03-04`", "three reports", "one status", "two reasons"):
        assert promised in text
    expected = {"companies": 1, "sources": 2, "announcements": 1, "layoff_reports": 3, "layoff_status": 1, "layoff_reasons": 2}
    for table, n in expected.items():
        assert f"{table}: {n} new" in said
    counts = {table: len(rows(small, table)) for table in expected}
    code, said = take(text=example)
    assert code == 0 and said.startswith("added")
    assert {table: len(rows(small, table)) - n for table, n in counts.items()} == expected
    assert "example-works-2026-03-04" in {row["event_id"] for row in rows(small, "announcements")}


def test_twice_the_same_adds_nothing(small, take):
    assert take(line())[0] == 0
    before = snapshot(small)
    for again in ({}, {"unit_counted": "jobs"}):
        code, said = take(line(event="example-works-2026-03-04", **again))
        assert code == 0 and "new" not in said.replace("nothing new", "") and snapshot(small) == before


def test_known_companies_aliases_and_sources_are_reused(small, take):
    companies, sources = len(rows(small, "companies")), rows(small, "sources")
    known = sources[0]
    given = {name: csvs.render(known[name]) for name in ("publisher", "source_type", "url", "language")} | {"published_date": known["published_date"].isoformat()}
    code, said = take(line(company="Amazon.com", country_code=None, sector=None, announced_date="2026-07-01", published_date="2026-07-01", scope="unit", jobs="150"),
                      line(company="amazon", announced_date="2026-07-01", status=None, jobs=None, jobs_qualifier=None, units="Alexa; Kindle", units_basis="press",
                           kind=None, scope=None, **{k: v for k, v in given.items()}))  # fmt: skip
    assert code == 0, said
    assert len(rows(small, "companies")) == companies and len(rows(small, "sources")) == len(sources) + 1
    assert {row["unit"] for row in rows(small, "layoff_units") if row["event_id"] == "amazon-2026-07-01"} == {"Alexa", "Kindle"}


@pytest.mark.parametrize(
    ("qualifier", "jobs", "to", "bounds"),
    [("exact", "305", None, (None, 305, None)), ("about", "1,200", None, (None, 1200, None)), ("at_least", "100", None, (100, None, None)),
     ("up_to", "30_000", None, (None, None, 30000)), ("between", "2000", "3000", (2000, None, 3000))],
)  # fmt: skip
def test_how_figures_are_recorded(small, take, qualifier, jobs, to, bounds):
    assert take(line(jobs=jobs, jobs_to=to, jobs_qualifier=qualifier))[0] == 0
    row = next(row for row in rows(small, "layoff_reports") if row["event_id"] == "example-works-2026-03-04")
    assert (row["low"], row["point"], row["high"]) == bounds and row["qualifier"] == qualifier


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line(company=None)], ["company", "required"]),
        ([line(country_code=None)], ["country_code", "new employer"]),
        ([line(kind=None)], ["kind", "first line of an announcement"]),
        ([line(kind="sacking")], ["kind", "sacking"]),
        ([line(jobs="many")], ["jobs", "many", "not an integer"]),
        ([line(jobs="0")], ["zero"]),
        ([line(jobs_qualifier=None)], ["jobs_qualifier", "required"]),
        ([line(jobs_qualifier="between")], ["jobs_to", "between"]),
        ([line(jobs=None)], ["jobs", "required with"]),
        ([line(share_pct="4", share_qualifier="about")], ["share_base", "needs its base"]),
        ([line(announced_date="2026-02-30")], ["announced_date", "calendar"]),
        ([line(published_date=None)], ["published_date", "required"]),
        ([line(url="https://winenfood.com/x")], ["fabricated"]),
        ([line(reason="ai_automation", stance="states", speaker="executive")], ["speaker_name", "an executive has a name"]),
        ([line(units="Alexa")], ["units_basis", "required"]),
        ([line(jobs=None, jobs_qualifier=None, status=None)], ["says nothing"]),
        ([line(relation="part_of", related_event="nowhere-2020-01-01")], ["nowhere-2020-01-01", "no such announcement"]),
        ([line(program="example-2026")], ["program_label", "new programme"]),
        ([line(), line(publisher="Somebody Else")], ["publisher", "is recorded with 'Example Works'"]),
        ([line(), line(kind="closure", url="https://example.org/press/2")], ["kind", "closure", "has 'layoff'"]),
        ([line(), line(announced_date="2026-03-10", published_date="2026-03-10", url="https://example.org/press/2")],
         ["example-works-2026-03-10", "likely the same as example-works-2026-03-04"]),
        ([line(company="Amazon", announced_date="2026-02-04", published_date="2026-02-04")], ["likely the same as amazon-2026-01-28"]),
        ([line(published_date="2026-01-04")], ["date order"]),
        ([line(colour="red")], ["colour", "unknown column"]),
    ],
)  # fmt: skip
def test_faults_are_listed_and_nothing_is_written(small, take, lines, words):
    before = snapshot(small)
    code, said = take(*lines)
    assert code == 1 and snapshot(small) == before
    assert any(all(word in text for word in words) for text in said.splitlines()), said


def test_every_fault_at_once(take):
    code, said = take(line(jobs="many", kind="sacking", published_date=None), line(announced_date="2026-13-01", url="https://example.org/2"))
    assert code == 1 and len(said.splitlines()) >= 3 and "rows.csv:2" in said and "rows.csv:3" in said


def test_a_wave_a_new_total_and_two_that_really_are_two(small, take):
    second = line(announced_date="2026-03-10", published_date="2026-03-10", url="https://example.org/2")
    assert take(line(program="example-2026", program_label="Works programme"), second | {"relation": "part_of", "related_event": "example-works-2026-03-04"})[0] == 0
    third = line(announced_date="2026-03-12", published_date="2026-03-12", url="https://example.org/3", distinct_from="example-works-2026-03-04;example-works-2026-03-10")
    assert take(third)[0] == 0
    assert "example-works-2026-03-12" in {row["row_key"] for row in rows(small, "known_exceptions")}
    fourth = line(announced_date="2026-06-12", published_date="2026-06-12", url="https://example.org/4", jobs="2000", relation="replaces",
                  related_event="example-works-2026-03-04", program="example-2026")  # fmt: skip
    assert take(fourth)[0] == 0
    events = {row["event_id"]: row for row in rows(small, "announcements")}
    assert events["example-works-2026-06-12"]["related_event_id"] == "example-works-2026-03-04"
    assert events["example-works-2026-06-12"]["program_id"] == events["example-works-2026-03-04"]["program_id"] == "example-2026"


def test_identifiers_are_frozen_and_never_reused(small, take):
    assert take(line())[0] == 0
    ids = {row["report_id"] for row in rows(small, "layoff_reports")}
    more = line(event="example-works-2026-03-04", jobs="1250", jobs_qualifier="exact", url="https://example.org/press/9", published_date="2026-03-09")
    assert take(more | {"status": "executed", "status_date": "2026-03-09"})[0] == 0
    assert {row["report_id"] for row in rows(small, "layoff_reports")} - ids == {"example-works-2026-03-04-report-02"}
    near = [row["event_id"] for row in rows(small, "announcements") if row["company_id"] == "amazon" and str(row["announced_date"])[:7] in ("2026-01", "2026-02")]
    other = line(company="Amazon", announced_date="2026-01-28", published_date="2026-01-28", distinct_from=";".join(near),
                 event="another", scope="site", scope_country="US", url="https://example.org/press/2")  # fmt: skip
    code, said = take(other)
    assert code == 0 and "amazon-2026-01-28-c" in said


def test_a_reason_without_a_day_is_dated_by_who_speaks(small, take):
    given = {"published_date": "2026-03-06", "reason": "demand", "stance": "states"}
    for n, speaker in enumerate(("spokesperson", "media", "union")):
        assert take(line(**given, speaker=speaker, url=f"https://example.org/{n}", event="example-works-2026-03-04" if n else None))[0] == 0
    said = {row["speaker"]: row["said_date"].isoformat() for row in rows(small, "layoff_reasons") if row["event_id"] == "example-works-2026-03-04"}
    assert said == {"spokesperson": "2026-03-04", "media": "2026-03-06", "union": "2026-03-06"}


def test_the_earliest_evidence_of_a_step_stays(small, take):
    late = line(url="https://example.org/late", published_date="2026-03-06")
    assert take(late, line())[0] == 0
    (status,) = [row for row in rows(small, "layoff_status") if row["event_id"] == "example-works-2026-03-04"]
    assert status["source_id"] == "example-works-2026-03-04"


def test_a_write_that_fails_half_way_leaves_all_files_as_they_were(small, take, monkeypatch):
    before = snapshot(small)
    real, moved = csvs.os.replace, []

    def fails(source, target):
        if len(moved) == 3:
            raise OSError("disk full")
        moved.append(target)
        real(source, target)

    monkeypatch.setattr(csvs.os, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        take(line())
    assert len(moved) == 3 and snapshot(small) == before


@pytest.mark.parametrize(("name", "wanted"), [("Estée Lauder", "estee-lauder"), ("AT&T", "att"), ("Marks & Spencer", "marks-and-spencer"), ("Kohl's", "kohls"), ("Ørsted", "orsted")])
def test_slugs(name, wanted):
    assert intake.slug(name) == wanted
