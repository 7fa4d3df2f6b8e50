"""Rows of figures from a plain CSV: reusing what is known, all or nothing."""

import csv
from datetime import date

import intake_figures
import pytest
from test_intake import rows, snapshot


@pytest.fixture
def take(small, tmp_path, capsys):
    def run(table, *lines, options=()):
        path = tmp_path / "rows.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, sorted({name for line in lines for name in line}))
            writer.writeheader()
            writer.writerows(lines)
        capsys.readouterr()
        code = intake_figures.main([table, str(path), *options], root=small)
        return code, capsys.readouterr().out

    return run


PAGE = {"publisher": "Example Times", "source_type": "newspaper", "url": "https://example.org/1", "published_date": "2026-05-02", "language": "en"}
VINTAGE = {"company": "amazon", "currency": "USD", "fiscal_year": "2027", "year_basis": "fiscal", "issued_date": "2026-05-01", "speaker": "company", "definition": "company_defined"} | PAGE
HEADS = {"company": "Amazon.com", "as_of_date": "2026-03-31", "scope": "total", "employees": "1,560,000", "qualifier": "about"}


def test_a_headcount_by_any_name_of_the_employer(small, take):
    before = snapshot(small)
    assert take("headcount", HEADS | {"company": "AMZN"} | PAGE)[0] == 1  # a ticker is no name
    code, said = take("headcount", HEADS | {"company": "amazon"} | PAGE, options=["--dry-run"])
    assert code == 0 and "headcount: 1 new" in said and snapshot(small) == before
    assert take("headcount", HEADS | {"company": "amazon"} | PAGE)[0] == 0
    (row,) = [row for row in rows(small, "headcount") if row["as_of_date"] == date(2026, 3, 31)]
    assert row["company_id"] == "amazon" and row["employees"] == 1_560_000 and row["source_id"] == "example-times-2026-05-02"
    code, said = take("headcount", HEADS | {"company": "amazon"} | PAGE)
    assert code == 0 and "already there" in said


def test_a_recorded_document_needs_only_its_url(small, take):
    source = rows(small, "sources")[0]
    assert take("headcount", HEADS | {"company": "amazon", "as_of_date": str(source["published_date"]), "url": source["url"]})[0] == 0
    assert source["source_id"] in {row["source_id"] for row in rows(small, "headcount")}


def test_guidance_gets_frozen_identifiers(small, take):
    lines = [VINTAGE | {"point_usd": "250000000000", "qualifier": "about"}, VINTAGE | {"high_usd": "260000000000", "qualifier": "up_to"}]
    assert take("capex_guidance", *lines)[0] == 0
    assert take("capex_guidance", lines[0], lines[0] | {"point_usd": "255000000000"})[0] == 0
    ids = [row["guidance_id"] for row in rows(small, "capex_guidance") if row["fiscal_year"] == 2027]
    assert ids == [f"amazon-fy2027-2026-05-01-{n:02d}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("headcount", HEADS | {"company": "Nobody & Sons"} | PAGE, ["rows.csv:2", "country_code", "'Nobody & Sons' is a new employer"]),
        ("headcount", HEADS | {"company": "amazon", "employees": "many"} | PAGE, ["employees", "many", "not an integer"]),
        ("headcount", HEADS | {"company": "amazon", "scope": "most"} | PAGE, ["scope", "most"]),
        ("headcount", HEADS | {"company": "amazon", "staff": "7"} | PAGE, ["staff", "unknown column"]),
        ("headcount", HEADS | {"company": "amazon", "url": "https://example.org/1"}, ["publisher", "not recorded yet"]),
        ("capex_guidance", VINTAGE | {"point_usd": "250000000000", "qualifier": "about", "year_basis": ""}, ["year_basis", "required"]),
        ("coverage", {"company": "amazon", "year": "2016", "result": "found", "covered_through_date": "2016-12-31", "searched_date": "2026-11-27"}, ["none_found"]),
    ],
)
def test_faults_name_line_field_and_rule(small, take, table, line, words):
    before = snapshot(small)
    code, said = take(table, line)
    assert code == 1 and snapshot(small) == before
    assert any(all(word in text for word in words) for text in said.splitlines()), said


def test_a_key_that_says_something_else_is_a_fault(small, take):
    known = next(row for row in rows(small, "capex") if row["fiscal_period"] == "FY")
    url = next(row["url"] for row in rows(small, "sources") if row["source_id"] == known["source_id"])
    line = {name: str(value) for name, value in known.items() if value is not None and name not in ("company_id", "source_id")}
    code, said = take("capex", line | {"company": "amazon", "url": url, "amount_usd": "1"})
    assert code == 1 and "amount_usd '1'" in said and f"has '{known['amount_usd']}'" in said


def test_the_first_fiscal_year_of_an_employer_tells_when_its_years_end(small, take):
    year = {"company": "Example Works", "country_code": "DE", "sector": "31-33", "fiscal_year": "2025", "fiscal_period": "FY", "definition": "cash_ppe",
            "filed_date": "2026-05-02", "period_start": "2024-02-04", "period_end": "2025-02-01", "amount_usd": "5000000", "currency": "USD",
            "derivation": "as_reported"}  # fmt: skip
    assert take("capex", year | PAGE)[0] == 0
    (company,) = [row for row in rows(small, "companies") if row["company_id"] == "example-works"]
    assert company["fiscal_year_end_month"] == 1  # a 52-week year to 1 February is a year to January
    code, said = take("capex", year | PAGE | {"fiscal_year": "2024", "period_start": "2023-07-01", "period_end": "2024-06-30"})
    assert code == 1 and "fiscal_year_end_month" in said
