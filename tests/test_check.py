"""Every check has a planted fault that it must catch, with file, row, field, value and rule."""

import json
import subprocess
import sys
from datetime import date, timedelta

import check
import pytest
import tables as csvs

DAY = timedelta(days=1)


def faults(root, *words):
    """The faults whose text holds all words; fails if there is none."""
    found = [str(fault) for fault in check.faults_of(root)]
    hits = [text for text in found if all(word in text for word in words)]
    assert hits, f"no fault with {words} among:\n" + "\n".join(found)
    return hits


def row_of(rows, **wanted):
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def test_the_real_data_have_no_faults():
    assert check.faults_of() == []


def test_the_small_root_has_no_faults(small):
    assert check.faults_of(small) == []


# ------------------------------------------------------------------------------- the descriptor
def field(by_name, table, name):
    return next(f for f in by_name[table]["schema"]["fields"] if f["name"] == name)


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lambda p, t: p.update(colour="red"), ["colour", "unknown key in package"]),
        (lambda p, t: t["capex"].update(colour="red"), ["colour", "unknown key in resource"]),
        (lambda p, t: field(t, "capex", "accession").update(colour="red"), ["colour", "unknown key in field"]),
        (lambda p, t: field(t, "capex", "accession")["constraints"].update(requird=True), ["requird", "unknown key in constraints"]),
        (lambda p, t: field(t, "capex", "accession").update(description=" "), ["capex.accession is not described"]),
        (lambda p, t: field(t, "capex", "amount_usd").pop("unit"), ["unit", "given exactly for numbers"]),
        (lambda p, t: field(t, "capex", "accession").update(unit="USD"), ["unit", "given exactly for numbers"]),
        (lambda p, t: field(t, "capex", "accession").update(type="list"), ["type"]),
        (lambda p, t: field(t, "headcount", "company_id").update(type="integer", unit="none"), ["one name means one thing"]),
        (lambda p, t: field(t, "capex", "definition")["constraints"]["enum"].append("cash_ppe"), ["enum", "cash_ppe"]),
        (lambda p, t: field(t, "capex", "fiscal_year")["constraints"].pop("required"), ["part of the primary key"]),
        (lambda p, t: t["capex"]["schema"].update(primaryKey=["nothing"]), ["nothing", "no such field"]),
        (lambda p, t: t["capex"]["schema"]["foreignKeys"][0]["reference"].update(resource="nowhere"), ["foreignKeys", "does not exist"]),
        (lambda p, t: t["capex"].update(caveats=["nonsense"]), ["nonsense", "no such caveat"]),
        (lambda p, t: p["caveats"].update(lonely="Never used."), ["lonely", "defined but not used"]),
        (lambda p, t: t["capex"].update(licenses=[]), ["licenses"]),
        (lambda p, t: p.pop("resources"), ["official profile"]),
    ],
)
def test_descriptor_faults(small, edit_descriptor, plant, words):
    edit_descriptor(plant)
    assert all(text.startswith("datapackage.json:") for text in faults(small, *words))


def test_descriptor_that_is_not_json(small):
    (small / "datapackage.json").write_text("{", encoding="utf-8")
    faults(small, "not JSON")


# ------------------------------------------------------------------------------- canonical text
@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("capex", b",25019000000,", b",25_019_000_000,", ["amount_usd", "25_019_000_000", "write '25019000000'"]),
        ("capex", b",25019000000,", b",025019000000,", ["not canonical"]),
        ("capex", b",25019000000,", b",many,", ["amount_usd", "many", "not an integer"]),
        ("capex", b",2025-03-31,", b",2025-3-31,", ["period_end", "write '2025-03-31'"]),
        ("capex", b",2025-03-31,", b",2025-02-31,", ["period_end", "not a day of the calendar"]),
        ("announcements", b"robotics", b" robotics ", ["scope_unit", "not canonical"]),
        ("capex", b"\n", b"\r\n", ["LF only"]),
        ("layoff_units", b"event_id,unit,", b"unit,event_id,", ["header must be"]),
        ("layoff_reports", b",jobs,", b",jobs,x,", ["fields, the header has"]),
        ("companies", b"company_id", b"\xef\xbb\xbfcompany_id", ["byte order mark"]),
        ("companies", b"Amazon", b"Ama\xffzon", ["not UTF-8"]),
        ("companies", b",Amazon,", b',"Amazon",', ["quoting or line ends"]),
    ],
)
def test_text_that_is_not_canonical(small, edit, table, old, new, words):
    def plant(content):
        assert old in content
        return content.replace(old, new, 1) if old != b"\n" else content.replace(old, new)

    edit(table, text=plant)
    assert all(text.startswith(f"data/{table}.csv:") for text in faults(small, *words))


def test_rows_out_of_order(small, edit):
    edit("capex", text=lambda content: b"".join([(lines := content.splitlines(True))[0], *reversed(lines[1:])]))
    faults(small, "data/capex.csv:3", "out of order")


def test_a_file_that_no_table_points_to(small):
    (small / "data" / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    faults(small, "data/extra.csv", "no table")


def test_a_missing_file(small):
    (small / "data" / "capex.csv").unlink()
    faults(small, "data/capex.csv", "missing")


def test_fix_rewrites_what_can_be_read(small, edit):
    before = (small / "data/capex.csv").read_bytes()

    def spoil(content):
        head, *lines = content.replace(b",25019000000,", b", 25_019_000_000 ,").replace(b",2025-03-31,", b",2025-3-31,").splitlines()
        return b"\r\n".join([head, *reversed(lines)])

    edit("capex", text=spoil)
    assert check.fix(small) == ["data/capex.csv"]
    assert (small / "data/capex.csv").read_bytes() == before


def test_fix_leaves_what_cannot_be_read(small, edit):
    edit("capex", text=lambda content: content.replace(b",25019000000,", b",lots,"))
    check.fix(small)
    faults(small, "amount_usd", "lots", "not an integer")


# ------------------------------------------------------------------------------- types, constraints, keys
def in_euros(quarter, last=None):
    """A year of 100 million euro, and quarters that do not fit."""
    ends = {"FY": (1, 12, 31), "Q1": (1, 3, 31), "Q2": (4, 6, 30), "Q3": (7, 9, 30), "Q4": (10, 12, 31)}
    spent = dict.fromkeys(ends, quarter) | {"FY": 100_000_000, "Q4": last or quarter}

    def edit(rows):
        like = row_of(rows, company_id="amazon", fiscal_year=2025, fiscal_period="FY") | {"fiscal_year": 2014, "definition": "company_defined", "currency": "EUR", "amount_usd": None}
        for period, (first, month, day) in ends.items():
            rows.append(like | {"fiscal_period": period, "period_start": date(2014, first, 1), "period_end": date(2014, month, day), "amount_local": spent[period]})

    return edit


def set_value(column, value, **wanted):
    def plant(rows):
        row_of(rows, **wanted)[column] = value

    return plant


def duplicate_first(rows):
    rows.append(dict(rows[0]))


@pytest.mark.parametrize(
    ("table", "plant", "words"),
    [
        ("announcements", set_value("kind", "sacking", event_id="amazon-2026-01-28"), ["kind", "sacking", "constraint"]),
        ("companies", set_value("country_code", "USA", company_id="amazon"), ["country_code", "USA", "constraint"]),
        ("companies", set_value("sector", None, company_id="amazon"), ["sector", "constraint"]),
        ("capex", set_value("fiscal_year", 1066, fiscal_period="FY"), ["fiscal_year", "1066", "constraint"]),
        ("sources", duplicate_first, ["source_id", "unique"]),
        ("layoff_units", duplicate_first, ["primary-key"]),
        ("headcount", set_value("company_id", "amazone", scope="total"), ["amazone", "foreign-key"]),
        ("layoff_reports", set_value("source_id", "nobody", event_id="amazon-2026-01-28"), ["nobody", "foreign-key"]),
        ("announcements", set_value("related_event_id", "amazon-1999-01-01", event_id="amazon-2026-01-28"), ["amazon-1999-01-01", "foreign-key"]),
    ],
)
def test_frictionless_faults(small, edit, table, plant, words):
    edit(table, plant)
    assert any(text.startswith(f"data/{table}.csv:") for text in faults(small, *words))


# ------------------------------------------------------------------------------- domain rules
def report(**values):
    def plant(rows):
        row_of(rows, event_id="amazon-2026-01-28", measure=values.pop("measure", "jobs")).update(values)

    return plant


def cycle(rows):
    row_of(rows, event_id="amazon-2025-10-27").update(relation="part_of", related_event_id="amazon-2026-01-28")


def new_event(day, **values):
    def plant(rows):
        rows.append(dict(row_of(rows, event_id="amazon-2026-01-28"), event_id=f"amazon-{day}", announced_date=day, first_reported_date=None,
                         relation="new", related_event_id=None, program_id=None) | values)  # fmt: skip

    return plant


def alias(name, company="amazon"):
    return lambda rows: rows.append({"alias": name, "company_id": company})


def source(**values):
    return lambda rows: rows[0].update(values)


def same_publisher_twice(rows):
    papers = [row for row in rows if row["source_type"] == "newspaper"][:3]
    for row in papers:
        row["publisher"] = "Example Times"
    papers[0]["source_type"] = "blog"


def undated(rows):
    for row in rows:
        row["published_date"] = row["accessed_date"]


def covered(year, result, company="amazon", through=None, searched=date(2026, 11, 27)):
    row = {"company_id": company, "year": year, "result": result, "covered_through_date": through or date(year, 7, 31), "searched_date": searched}

    def plant(rows):
        rows[:] = [row]

    return plant


@pytest.mark.parametrize(
    ("table", "plant", "words"),
    [
        ("layoff_reports", report(point=0.0), ["point", "0", "zero for unknown"]),
        ("layoff_reports", report(point=None), ["qualifier", "given nothing"]),
        ("layoff_reports", report(qualifier="up_to"), ["qualifier", "goes with high, given point"]),
        ("layoff_reports", report(qualifier="between", point=None, low=5000.0, high=4000.0), ["low", "not below the upper"]),
        ("layoff_reports", report(point=16000.5), ["point", "whole numbers"]),
        ("layoff_reports", report(point=160000.0), ["outlier_jobs"]),
        ("layoff_reports", report(point=1700000.0), ["more_than_headcount"]),
        ("layoff_reports", report(base="total"), ["base", "base without share"]),
        ("layoff_reports", lambda rows: rows.append(dict(rows[0], report_id="again", unit_counted="jobs")), ["again", "same figure of the same document"]),
        ("layoff_reports", lambda rows: row_of(rows, measure="share_pct").update(base=None), ["base", "share without base"]),
        ("layoff_reports", lambda rows: row_of(rows, measure="share_pct").update(point=140.0, low=None, high=None, qualifier="exact"), ["more than 100"]),
        ("layoff_reports", lambda rows: row_of(rows, measure="share_pct").update(unit_counted="jobs"), ["unit_counted", "not shares"]),
        ("sources", undated, ["date_precision", "only documents without a date"]),
        ("announcements", set_value("first_reported_date", date(2026, 2, 1), event_id="amazon-2026-01-28"), ["first_reported_date", "date order"]),
        ("announcements", set_value("announced_date", date(2026, 6, 1), event_id="amazon-2025-10-28"), ["date order", "before the first known day"]),
        ("announcements", set_value("date_precision", "month", event_id="amazon-2026-01-28"), ["announced_date", "first day"]),
        ("announcements", set_value("scope", "country", event_id="amazon-2026-01-28"), ["scope_country", "required"]),
        ("announcements", set_value("relation", "new", event_id="amazon-2026-01-28"), ["related_event_id", "given exactly when"]),
        ("announcements", cycle, ["related_event_id", "cycle"]),
        ("announcements", lambda rows: row_of(rows, event_id="amazon-2022-11-16").update(relation="replaces", related_event_id="amazon-2023-03-20"),
         ["related_event_id", "replaces a later announcement"]),
        ("announcements", new_event(date(2026, 2, 3)), ["amazon-2026-02-03", "likely the same as", "duplicate_event"]),
        ("announcements", new_event(date(2026, 9, 9)), ["amazon-2026-09-09", "has no row in layoff_status"]),
        ("programs", lambda rows: rows[0].update(started_date=date(2020, 1, 1)), ["started_date", "its first announcement"]),
        ("programs", lambda rows: rows.append(dict(rows[0], program_id="amazon-2030")), ["amazon-2030", "no row refers to it"]),
        ("layoff_status", set_value("date", date(2025, 1, 1), event_id="amazon-2026-01-28"), ["date order"]),
        ("layoff_status", lambda rows: rows.append({**row_of(rows, event_id="amazon-2026-01-27"), "status": "cancelled"}),
         ["amazon-2026-01-29", "part of amazon-2026-01-27", "part_of_withdrawn"]),
        ("layoff_reasons", set_value("said_date", date(2027, 1, 1), event_id="amazon-2026-01-28"), ["said_date", "its source was published"]),
        ("layoff_reasons", lambda rows: row_of(rows, speaker="executive").update(speaker_name=None), ["speaker_name"]),
        ("layoff_reasons", lambda rows: row_of(rows, speaker="media").update(said_date=date(2020, 1, 1)), ["said_date", "what the page itself says"]),
        ("verification", lambda rows: rows[0].update(source_id="nobody"), ["nobody", "foreign-key"]),
        ("verification", lambda rows: rows[0].update(field="number"), ["verification.csv", "field", "number"]),
        ("capex", set_value("amount_usd", None, fiscal_year=2025, fiscal_period="Q1"), []),
        ("capex", set_value("amount_usd", 93093000000, fiscal_year=2025, fiscal_period="Q1"), ["capex.csv", "the four quarters are", "quarters_and_year"]),
        ("capex", set_value("amount_usd", 193093000000, fiscal_year=2026, fiscal_period="Q1"), ["amount_usd", "the quarter before was", "capex_jump"]),
        ("capex", in_euros(quarter=30_000_000), ["amount_local", "100000000", "the four quarters are 120000000", "quarters_and_year"]),
        ("capex", in_euros(quarter=30_000_000, last=130_000_000), ["amount_local", "130000000", "the quarter before was 30000000", "capex_jump"]),
        ("capex", set_value("period_end", date(2025, 12, 31), fiscal_year=2025, fiscal_period="Q1"), ["period_end", "days are no Q1"]),
        ("capex", set_value("filed_date", date(2025, 3, 1), fiscal_year=2025, fiscal_period="Q1"), ["filed_date", "filed before"]),
        ("capex", set_value("currency", "EUR", fiscal_year=2025, fiscal_period="Q1"), ["amount_local", "not USD"]),
        ("capex", set_value("derivation", "ytd_difference", fiscal_year=2025, fiscal_period="FY"), ["derivation", "as_reported"]),
        ("companies", set_value("fiscal_year_end_month", None, company_id="amazon"), ["companies.csv", "fiscal_year_end_month", "ends on", "12"]),
        ("companies", set_value("fiscal_year_end_month", 6, company_id="amazon"), ["fiscal_year_end_month", "6", "ends on"]),
        ("capex_guidance", lambda rows: row_of(rows, qualifier="about").update(qualifier="at_least"), ["qualifier", "goes with low"]),
        ("capex_guidance", lambda rows: rows[0].update(issued_date=date(2027, 1, 1)), ["issued_date", "date order"]),
        ("capex_guidance", set_value("year_basis", "calendar", company_id="amazon"), ["year_basis", "is the calendar year"]),
        ("capex_guidance", lambda rows: row_of(rows, qualifier="about").update(currency="KRW"), ["point_usd", "a figure in KRW goes into point_local"]),
        ("capex_guidance", lambda rows: row_of(rows, qualifier="about").update(currency=None), ["currency", "required"]),
        ("headcount", lambda rows: rows[0].update(as_of_date=date(2027, 1, 1)), ["as_of_date", "date order"]),
        ("headcount", lambda rows: rows.append({**row_of(rows, company_id="amazon", employees=350000), "as_of_date": date(2026, 2, 6),
                                                "source_id": "korea-joongang-daily-2026-02-06"}), ["as_of_date", "the same number stands for before 2026-01-27", "headcount_before_cut"]),
        ("company_aliases", alias("amazon"), ["amazon", "is the common name itself"]),
        ("sources", same_publisher_twice, ["source_type", "blog", "elsewhere", "is recorded as newspaper"]),
        ("sources", source(published_date=date(2027, 1, 1)), ["published_date", "published after it was read"]),
        ("sources", source(url="https://winenfood.com/layoffs"), ["fabricated"]),
        ("sources", source(url="https://layoffs.fyi/list"), ["a lead, not a source"]),
        ("sources", lambda rows: rows.append(dict(rows[0], source_id="unused-2026", url="https://example.org/x")), ["unused-2026", "no row refers to it"]),
        ("known_exceptions", lambda rows: rows.append({"rule": "capex_jump", "table": "capex", "row_key": "amazon|2025|Q1|cash_ppe|2025-05-02", "reason": "None.",
                                                       "source_id": None}), ["stale exception", "capex_jump"]),
        ("coverage", covered(2026, "none_found"), ["coverage.csv", "result", "none_found", "the announcements of that year say found"]),
        ("coverage", covered(2016, "found"), ["result", "the announcements of that year say none_found"]),
        ("coverage", covered(2026, "found", through=date(2025, 12, 31)), ["covered_through_date", "is not in 2026"]),
        ("coverage", covered(2026, "found", searched=date(2026, 1, 1)), ["searched_date", "date order"]),
        ("coverage", covered(2026, "found", company="nobody"), ["nobody", "foreign-key"]),
        ("indicators", lambda rows: rows.append({"series_id": "JTSLDL", "period": date(2026, 1, 5), "vintage_date": date(2026, 1, 1), "value": 1.0,
                                                 "source_id": "x"}), ["period", "first day"]),
    ],
)  # fmt: skip
def test_domain_faults(small, edit, table, plant, words):
    if not words:
        edit(table, plant)
        assert check.faults_of(small) == []  # an unreported period may be empty
        return
    edit(table, plant)
    faults(small, *words)


def test_identifiers_and_names_of_two_employers(small, edit):
    def second(rows):
        rows.append(dict(rows[0], company_id="amazon-two", name="Amazon Two"))

    edit("companies", second)
    edit("headcount", lambda rows: rows.append(dict(rows[0], company_id="amazon-two")))
    edit("company_aliases", alias("Amazon Two"))
    faults(small, "cik", "also given to amazon")
    faults(small, "Amazon Two", "already the name of amazon-two")
    edit("announcements", set_value("company_id", "amazon-two", event_id="amazon-2026-01-28"))
    faults(small, "related_event_id", "belongs to another employer")
    faults(small, "program_id", "is a programme of amazon")


def test_the_same_cut_recorded_for_a_unit_and_for_its_owner(small, edit):
    edit("companies", lambda rows: rows.append(dict.fromkeys(rows[0]) | {"company_id": "twitch", "name": "Twitch", "country_code": "US", "sector": "51", "parent_company_id": "amazon"}))
    owner, unit = "amazon-2024-01-10-b", "twitch-2024-01-11"
    edit("announcements", lambda rows: rows.append(row_of(rows, event_id=owner) | {"event_id": unit, "company_id": "twitch", "announced_date": date(2024, 1, 11)}))
    edit("layoff_status", lambda rows: rows.append(row_of(rows, event_id=owner) | {"event_id": unit, "date": date(2024, 1, 11)}))
    assert not [fault for fault in check.faults_of(small) if "duplicate_event" in fault.rule]
    edit("layoff_reports", lambda rows: rows.append(row_of(rows, event_id=owner, measure="jobs") | {"event_id": unit, "report_id": f"{unit}-report-01"}))
    faults(small, unit, f"likely the same as {owner}", "duplicate_event")


def test_an_exception_that_explains_is_no_fault(small, edit):
    edit("capex", set_value("amount_usd", 193093000000, fiscal_year=2026, fiscal_period="Q1"))
    reason = {"rule": "capex_jump", "table": "capex", "row_key": "amazon|2026|Q1|cash_ppe|2026-04-30", "reason": "Planted.", "source_id": None}
    edit("known_exceptions", lambda rows: rows.append(reason))
    assert check.faults_of(small) == []


def test_a_day_that_an_undated_page_names_stands_with_that_page(small, edit):
    pages = []
    edit("sources", lambda rows: (undated(rows), pages.extend(row["source_id"] for row in rows)))
    lines = (small / "data" / "announcements.csv").read_text(encoding="utf-8").splitlines()
    told = [lines[fault.line - 1].partition(",")[0] for fault in check.faults_of(small) if "day_in_text" in fault.rule]
    assert told
    row = {"rule": "day_in_text", "table": "announcements", "reason": "Planted.", "source_id": None}
    edit("known_exceptions", lambda rows: rows.extend(row | {"row_key": event} for event in told))
    assert len(faults(small, "source_id", "the page whose text names the day is missing")) == len(told)
    edit("known_exceptions", lambda rows: [row.update(source_id=pages[0]) for row in rows if row["rule"] == "day_in_text"])
    assert not [fault for fault in check.faults_of(small) if "day" in fault.rule and fault.field in ("date_precision", "source_id")]


def test_every_rule_of_the_house_is_in_use():
    import rules

    assert len(rules.RULES) == len({rule.__name__ for rule in rules.RULES}) >= 15


def test_the_command_exits_with_one(small, monkeypatch, capsys):
    (small / "data" / "extra.csv").write_text("a\n", encoding="utf-8")
    monkeypatch.setattr(check, "ROOT", small)
    assert check.main([]) == 1
    assert "data/extra.csv:1" in capsys.readouterr().out


def test_canonical_values():
    for kind, texts in {"integer": ["0", "-5", "1000"], "number": ["10", "10.5", "0.1"], "date": ["2025-01-31"], "string": ["NA", "null", "é"]}.items():
        for text in texts:
            assert csvs.render(csvs.parse(text, kind)) == text


def test_the_frictionless_command_passes_on_the_curated_package(tmp_path):
    """The command, as anyone would run it. (On derived Parquet it fails for faults of its own: integers with nulls.)"""
    package = csvs.descriptor()
    curated = {key: package[key] for key in package if key not in ("resources", "caveats", "reviewed_through")} | {"resources": csvs.curated(package)}
    (tmp_path / "datapackage.json").write_text(json.dumps(curated), encoding="utf-8")
    (tmp_path / "data").symlink_to(check.ROOT / "data")
    run = subprocess.run([sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--trusted"], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("VALID") - run.stdout.count("INVALID") >= len(curated["resources"])
