"""Refreshing from the services, against a local server that answers in their formats, well and badly. No test needs the network."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import check
import fetch
import labour_series
import pytest
import refresh_capex
import refresh_indicators
import tables as csvs
from company_facts import capex_rows
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
PPE, ASSETS, OTHER = "PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets", "PaymentsToAcquireOtherPropertyPlantAndEquipment"
TODAY = date(2026, 11, 22)
AGENT = ["--user-agent", "layoffdata tests tests@example.org"]
M = 1_000_000


# ------------------------------------------------------------------------------- company facts: the documents
def fact(start, end, millions, filed, form="10-Q", accession=None):
    """One value as the service gives it; fy and fp describe the filing, and are wrong for the value on purpose."""
    accession = accession or f"0000000001-{filed[2:4]}-{filed[5:7]}{filed[8:]}00"
    return {"start": start, "end": end, "val": round(millions * M), "accn": accession, "fy": 2099, "fp": "FY", "form": form, "filed": filed, "frame": "CY2099"}


def document(facts, cik=1018724, unit="USD", taxonomy="us-gaap"):
    tags = {tag: {"label": tag, "description": "", "units": {unit: values}} for tag, values in facts.items()}
    return {"cik": cik, "entityName": "AN EMPLOYER", "facts": {"dei": {}, taxonomy: tags}}


def told(facts, **options):
    """Rows in short: (fiscal year, period, millions, filed, derivation) in order."""
    rows = capex_rows(document(facts, **options), "amazon")
    return [(r["fiscal_year"], r["fiscal_period"], (r["amount_usd"] or r["amount_local"]) / M, str(r["filed_date"]), r["derivation"][:3]) for r in rows]


def year_to_date(year, totals, filed, sign=1):
    """Cumulative facts of a calendar year, one for each quarter."""
    ends = ["03-31", "06-30", "09-30", "12-31"]
    forms = ["10-Q", "10-Q", "10-Q", "10-K"]
    return [fact(f"{year}-01-01", f"{year}-{end}", sign * total, day, form) for total, end, day, form in zip(totals, ends, filed, forms, strict=False)]


META_2023 = year_to_date(2023, [6842, 13058, 19601, 27266], ["2023-04-27", "2023-07-27", "2023-10-26", "2024-02-02"])
META_2023_RESTATED = year_to_date(2023, [6823, 12957, 19453, 27045], ["2024-04-25", "2024-08-01", "2024-10-31", "2025-01-30"])
META_ROWS = [
    (2023, "FY", 27266, "2024-02-02", "as_"), (2023, "Q1", 6842, "2023-04-27", "as_"), (2023, "Q2", 6216, "2023-07-27", "ytd"),
    (2023, "Q3", 6543, "2023-10-26", "ytd"), (2023, "Q4", 7665, "2024-02-02", "ytd"),
]  # fmt: skip
META_LATER = [
    (2023, "FY", 27045, "2025-01-30", "as_"), (2023, "Q1", 6823, "2024-04-25", "as_"), (2023, "Q2", 6134, "2024-08-01", "ytd"),
    (2023, "Q3", 6496, "2024-10-31", "ytd"), (2023, "Q4", 7592, "2025-01-30", "ytd"),
]  # fmt: skip
AMAZON_2024 = [
    *year_to_date(2024, [14925, 32545, 55165, 82999], ["2024-05-01", "2024-08-02", "2024-11-01", "2025-02-07"]),
    fact("2024-04-01", "2024-06-30", 17620, "2024-08-02"), fact("2024-07-01", "2024-09-30", 22620, "2024-11-01"),
]  # fmt: skip
AMAZON_ROWS = [
    (2024, "FY", 82999, "2025-02-07", "as_"), (2024, "Q1", 14925, "2024-05-01", "as_"), (2024, "Q2", 17620, "2024-08-02", "as_"),
    (2024, "Q3", 22620, "2024-11-01", "as_"), (2024, "Q4", 27834, "2025-02-07", "ytd"),
]  # fmt: skip
TRAILING = [
    fact("2023-04-01", "2024-03-31", 53447, "2024-05-01"), fact("2023-07-01", "2024-06-30", 59612, "2024-08-02"),
    fact("2023-10-01", "2024-09-30", 69753, "2024-11-01"),
]  # fmt: skip
NVIDIA_2021 = [
    fact("2020-01-27", "2020-04-26", 155, "2020-05-21"), fact("2020-01-27", "2020-07-26", 372, "2020-08-19"),
    fact("2020-01-27", "2020-10-25", 845, "2020-11-18"),
]  # fmt: skip
CASES = {
    "year-to-date figures are taken apart": ({PPE: META_2023}, META_ROWS),
    "a restatement is a later vintage": ({PPE: META_2023 + META_2023_RESTATED}, sorted(META_ROWS + META_LATER, key=lambda r: (r[:2], r[3]))),
    "a value stated again is no vintage": ({PPE: META_2023 + year_to_date(2023, [6842, 13058], ["2024-04-25", "2024-08-01"])}, META_ROWS),
    "a reported quarter goes before a difference": ({ASSETS: AMAZON_2024}, AMAZON_ROWS),
    "trailing twelve months are no year": ({ASSETS: AMAZON_2024 + TRAILING}, AMAZON_ROWS),
    "payments tagged with a minus": ({PPE: year_to_date(2023, [6842, 13058, 19601, 27266], [r["filed"] for r in META_2023], sign=-1)}, META_ROWS),
    "a wrong sign put right is no restatement": ({PPE: [fact("2023-01-01", "2023-03-31", -6842, "2023-04-20"), *META_2023[1:], META_2023[0]]},
                                               [(*r[:3], "2023-04-20", "as_") if r[1] == "Q1" else r for r in META_ROWS]),
    "a year restated without its quarters": ({PPE: [*META_2023, META_2023_RESTATED[3]]}, sorted([*META_ROWS, META_LATER[0]], key=lambda r: (r[:2], r[3]))),
    "a quarter nobody reported stays absent": ({PPE: META_2023[:1] + META_2023[2:]}, [r for r in META_ROWS if r[1] not in ("Q2", "Q3")]),
    "zero is no figure": ({PPE: [*META_2023, fact("2024-01-01", "2024-03-31", 0, "2024-04-25")]}, META_ROWS),
    "a falling year-to-date figure gives no quarter": ({PPE: [META_2023[0], fact("2023-01-01", "2023-06-30", 6000, "2023-07-27"), META_2023[3]]},
                                                    [META_ROWS[0], META_ROWS[1]]),
    "a year that has only begun": ({PPE: [META_2023[3], fact("2024-01-01", "2024-03-31", 6400, "2024-04-25")]},
                                  [META_ROWS[0], (2024, "Q1", 6400, "2024-04-25", "as_")]),
    "no annual report yet": ({PPE: META_2023[:3]}, META_ROWS[1:4]),
    "rounding is no restatement": ({PPE: [*META_2023, fact("2023-01-01", "2023-03-31", 6842.4, "2023-04-20")]},
                                  [(2023, "Q1", 6842.4, "2023-04-20", "as_") if r[1] == "Q1" else r for r in META_ROWS]),
    "a tag that changes, the line is the same": (
        {PPE: [*NVIDIA_2021, fact("2019-01-28", "2020-01-26", 489, "2020-02-20", "10-K")],
         ASSETS: [fact("2019-01-28", "2020-01-26", 489, "2021-02-26", "10-K"), fact("2020-01-27", "2021-01-31", 1128, "2021-02-26", "10-K")]},
        [(2020, "FY", 489, "2020-02-20", "as_"), (2021, "FY", 1128, "2021-02-26", "as_"), (2021, "Q1", 155, "2020-05-21", "as_"),
         (2021, "Q2", 217, "2020-08-19", "ytd"), (2021, "Q3", 473, "2020-11-18", "ytd"), (2021, "Q4", 283, "2021-02-26", "ytd")]),
    "a tag that changes, and the line with it": (
        {PPE: [fact("2016-01-01", "2016-12-31", 6737, "2017-02-10", "10-K"), fact("2016-01-01", "2016-09-30", 4734, "2016-10-28")],
         ASSETS: [fact("2016-01-01", "2016-12-31", 7804, "2019-02-01", "10-K"), fact("2018-01-01", "2018-12-31", 13427, "2019-02-01", "10-K")]},
        [(2016, "FY", 6737, "2017-02-10", "as_"), (2016, "FY", 7804, "2019-02-01", "as_"), (2016, "Q4", 2003, "2017-02-10", "ytd"),
         (2018, "FY", 13427, "2019-02-01", "as_")]),
    "two tags in one filing are not added": ({PPE: META_2023, ASSETS: year_to_date(2023, [100, 200, 300, 400], [r["filed"] for r in META_2023])}, META_ROWS),
    "the other tag fills, and does not revise": (
        {PPE: [*META_2023, fact("2024-01-01", "2024-12-31", 37256, "2025-01-30", "10-K")],
         ASSETS: [fact("2022-01-01", "2022-12-31", 31186, "2025-01-30", "10-K"), fact("2023-01-01", "2023-12-31", 999, "2025-01-30", "10-K")]},
        [(2022, "FY", 31186, "2025-01-30", "as_"), *META_ROWS, (2024, "FY", 37256, "2025-01-30", "as_")]),
    "a part known only from a later filing dates the difference": (
        {ASSETS: [fact("2023-01-30", "2023-10-29", 815, "2023-11-21"), fact("2023-01-30", "2023-07-30", 537, "2024-08-28")]},
        [(2024, "Q3", 278, "2024-08-28", "ytd")]),
    "a reported quarter is not derived again": (
        {PPE: [fact("2016-01-01", "2016-06-30", 4551, "2016-08-04"), fact("2016-01-01", "2016-09-30", 7134, "2016-11-03"),
               fact("2016-07-01", "2016-09-30", 2554, "2016-11-03"), fact("2016-01-01", "2016-06-30", 4600, "2017-07-25"),
               fact("2016-01-01", "2016-09-30", 7134, "2017-10-27")]},
        [(2016, "Q3", 2554, "2016-11-03", "as_")]),
    "a part of the spending is not the spending": ({PPE: META_2023, OTHER: [fact("2022-01-01", "2022-12-31", 7, "2023-02-02", "10-K")]}, META_ROWS),
    "unless there is nothing else": ({OTHER: META_2023}, META_ROWS),
    "53 weeks": (
        {PPE: [fact("2022-09-25", "2023-09-30", 10959, "2023-11-03", "10-K"), fact("2022-09-25", "2022-12-31", 3787, "2023-02-03"),
               fact("2022-09-25", "2023-07-01", 8796, "2023-08-04")]},
        [(2023, "FY", 10959, "2023-11-03", "as_"), (2023, "Q1", 3787, "2023-02-03", "as_"), (2023, "Q4", 2163, "2023-11-03", "ytd")]),
    "a year that ends on 3 January": (
        {PPE: [fact("2019-12-29", "2021-01-02", 53, "2021-02-20", "10-K"), fact("2021-01-03", "2022-01-01", 52, "2022-02-20", "10-K")]},
        [(2020, "FY", 53, "2021-02-20", "as_"), (2021, "FY", 52, "2022-02-20", "as_")]),
    "quarters of 12 and 16 weeks": (
        {PPE: [fact("2023-09-04", "2024-09-01", 4710, "2024-10-09", "10-K"), fact("2023-09-04", "2023-11-26", 1040, "2023-12-20"),
               fact("2023-09-04", "2024-02-18", 2071, "2024-03-13"), fact("2023-09-04", "2024-05-12", 3133, "2024-06-05")]},
        [(2024, "FY", 4710, "2024-10-09", "as_"), (2024, "Q1", 1040, "2023-12-20", "as_"), (2024, "Q2", 1031, "2024-03-13", "ytd"),
         (2024, "Q3", 1062, "2024-06-05", "ytd"), (2024, "Q4", 1577, "2024-10-09", "ytd")]),
    "no such tag": ({"Revenues": META_2023}, []),
}  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), CASES.values(), ids=CASES)
def test_picker(facts, expected):
    assert told(facts) == expected


def test_rows_are_rows_of_the_table(package):
    row = capex_rows(document({ASSETS: AMAZON_2024}), "amazon")[-1]
    assert list(row) == csvs.field_names(next(r for r in package["resources"] if r["name"] == "capex"))
    assert (row["period_start"], row["period_end"], row["currency"], row["amount_local"]) == (date(2024, 10, 1), date(2024, 12, 31), "USD", None)
    assert row["source_id"] == f"sec-{row['accession']}" == "sec-0000000001-25-020700"


def test_another_currency_and_the_first_year_wanted():
    facts = document({"PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities": META_2023}, unit="TWD", taxonomy="ifrs-full")
    row = capex_rows(facts, "tsmc")[0]
    assert (row["currency"], row["amount_usd"], row["amount_local"]) == ("TWD", None, 27266 * M)
    assert capex_rows(facts, "tsmc", since=2024) == []


@given(st.randoms(use_true_random=False))
def test_neither_order_nor_labels_nor_repetition_matter(chance):
    given_twice = [f for f in META_2023 + META_2023_RESTATED + TRAILING for _ in range(chance.choice([1, 2]))]
    facts = [dict(f, fy=chance.choice([None, 2020]), fp=chance.choice(["Q1", "FY"])) for f in given_twice]
    chance.shuffle(facts)
    assert told({PPE: facts}) == told({PPE: META_2023 + META_2023_RESTATED})


BAD = {
    "a list": [], "no facts": {"cik": 1}, "facts is a list": {"facts": []}, "units is a list": {"facts": {"us-gaap": {PPE: {"units": []}}}},
    "values are no list": document({PPE: {}}), "a value is no object": document({PPE: ["x"]}),
    "a figure in quotes": document({PPE: [{**META_2023[0], "val": "6842"}]}), "a broken figure": document({PPE: [{**META_2023[0], "val": 0.5}]}),
    "no figure": document({PPE: [{**META_2023[0], "val": None}]}), "not finite": document({PPE: [{**META_2023[0], "val": float("inf")}]}),
    "a day that is none": document({PPE: [{**META_2023[0], "end": "2023-02-30"}]}),
    "no accession": document({PPE: [{key: value for key, value in META_2023[0].items() if key != "accn"}]}),
}  # fmt: skip


@pytest.mark.parametrize("facts", BAD.values(), ids=BAD)
def test_wrong_types_are_named(facts):
    with pytest.raises(ValueError, match=r"facts|expected|Error"):
        capex_rows(facts, "amazon")


# ------------------------------------------------------------------------------- the server
class Server(ThreadingHTTPServer):
    """Answers by path from a list of answers (the last one repeats), and remembers what was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = {}, []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # the client hung up: that is what some tests are about


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, dict(self.headers), body))
        answers = self.server.answers.get(self.path) or [answer(404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>")]
        status, headers, body = (answers.pop(0) if len(answers) > 1 else answers[0])(body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def answer(status, body=b"", **headers):
    headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return lambda _: (status, {"Content-Length": str(len(body))} | headers, body)


def good(facts):
    body = gzip.compress(json.dumps(facts).encode())
    return answer(200, body, Content_Encoding="gzip", Content_Type="application/json")


CUT_OFF = answer(200, b'{"cik": 1018724, "facts"', Content_Length=5000)
CUT_GZIP = answer(200, gzip.compress(json.dumps(document({PPE: META_2023})).encode())[:200], Content_Encoding="gzip")
MALFORMED = answer(200, b"<html>Undeclared automated tool</html>")


@pytest.fixture
def server():
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def facts_path(cik):
    return f"/api/xbrl/companyfacts/CIK{cik:010d}.json"


AMAZON, META = facts_path(1018724), facts_path(1326801)
NEXT_QUARTER = fact("2026-04-01", "2026-06-30", 47000, "2026-07-31")
AMAZON_NEW = document({ASSETS: [*AMAZON_2024, NEXT_QUARTER]})


@pytest.fixture
def two(small, edit):
    """The small root with a second employer, so that one can fail and the other not."""
    edit("companies", lambda rows: rows.append({**rows[0], "company_id": "meta", "name": "Meta", "ticker": "META", "cik": 1326801, "wikidata_id": "Q380"}))
    row = {**csvs.read_csv(small / "data/capex.csv", resource("capex"))[0][0], "company_id": "meta", "accession": None}
    edit("capex", lambda rows: rows.append({**row, "fiscal_year": 2014, "period_start": date(2014, 1, 1), "period_end": date(2014, 12, 31)}))
    assert check.faults_of(small) == []
    return small


def resource(name):
    return next(r for r in csvs.descriptor()["resources"] if r["name"] == name)


def rows_of(root, table):
    return csvs.read_csv(root / f"data/{table}.csv", resource(table))[0]


def contents(root):
    return {path.name: path.read_bytes() for path in (root / "data").iterdir()}


@pytest.fixture
def capex(server, tmp_path):
    """Run refresh_capex; it gives the exit status and the seconds slept for the service's sake."""

    def run(root, *arguments, agent=AGENT):
        slept = []
        options = ["--base", server.url, "--work", str(tmp_path / "work"), *agent, *arguments]
        status = refresh_capex.main(options, root, slept.append, TODAY)
        return status, [seconds for seconds in slept if seconds > 0.11]

    return run


def assert_nothing_lost(before, after):
    """No row of any table may change or go: a vintage is never overwritten."""
    for name in before:
        if name != "known_exceptions.csv":
            assert set(before[name].splitlines()) <= set(after[name].splitlines()), name


# ------------------------------------------------------------------------------- refreshing capex
def test_new_quarter_and_its_source_are_added(small, server, capex, capsys):
    server.answers[AMAZON] = [good(AMAZON_NEW)]
    before = contents(small)
    assert capex(small) == (0, [])
    assert_nothing_lost(before, contents(small))
    assert check.faults_of(small) == []
    new = [row for row in rows_of(small, "capex") if row["fiscal_year"] == 2026 and row["fiscal_period"] == "Q2"]
    assert [(row["amount_usd"], row["derivation"], row["filed_date"]) for row in new] == [(47000 * M, "as_reported", date(2026, 7, 31))]
    source = next(row for row in rows_of(small, "sources") if row["source_id"] == new[0]["source_id"])
    assert source["url"] == "https://www.sec.gov/Archives/edgar/data/1018724/000000000126073100/0000000001-26-073100-index.htm"
    assert (source["publisher"], source["source_type"]) == ("US Securities and Exchange Commission", "regulatory_filing")
    assert (source["published_date"], source["language"], source["accessed_date"]) == (date(2026, 7, 31), "en", TODAY)
    out = capsys.readouterr().out
    assert "new      amazon 2026 Q2 47,000,000,000 USD filed 2026-07-31" in out
    assert "gone     amazon 2019 Q1" in out  # the facts served hold nothing of 2019; the row stays
    headers = server.asked[0][1]
    assert headers["User-Agent"] == AGENT[1] and "gzip" in headers["Accept-Encoding"]


def test_a_second_run_adds_nothing(small, server, capex, capsys):
    server.answers[AMAZON] = [good(AMAZON_NEW)]
    capex(small)
    before = contents(small)
    capsys.readouterr()
    assert capex(small)[0] == 0
    assert contents(small) == before
    out = capsys.readouterr().out
    assert out.splitlines()[-2].startswith("nothing new, ") and "differs" not in out


def test_dry_run_writes_nothing_and_keeps_the_answers(small, server, capex, capsys):
    server.answers[AMAZON] = [good(AMAZON_NEW)]
    before = contents(small)
    assert capex(small, "--dry-run")[0] == 0
    assert contents(small) == before and "would write: capex.csv, sources.csv" in capsys.readouterr().out
    assert capex(small)[0] == 0
    assert len(server.asked) == 1 and contents(small) != before


FINE_IN_THE_END = {
    "500 twice": ([answer(500), answer(503)], [1, 2]),
    "429, seconds": ([answer(429, Retry_After=7)], [7]),
    "429, nonsense": ([answer(429, Retry_After="soon")], [1]),
    "cut off": ([CUT_OFF], [1]),
    "cut off, compressed": ([CUT_GZIP], [1]),
    "malformed once": ([MALFORMED], [1]),
}


@pytest.mark.parametrize(("first", "slept"), FINE_IN_THE_END.values(), ids=FINE_IN_THE_END)
def test_passing_troubles_are_waited_out(small, server, capex, first, slept):
    server.answers[AMAZON] = [*first, good(AMAZON_NEW)]
    assert capex(small) == (0, slept)
    assert any(row["fiscal_period"] == "Q2" and row["fiscal_year"] == 2026 for row in rows_of(small, "capex"))


def test_retry_after_as_a_date(small, server, capex):
    server.answers[AMAZON] = [lambda _: (429, {"Retry-After": formatdate(time.time() + 30, usegmt=True)}, b""), good(AMAZON_NEW)]
    status, slept = capex(small)
    assert status == 0 and len(slept) == 1 and 25 < slept[0] <= 30


STOPPED = {
    "403": ([answer(403, b"Request Rate Threshold Exceeded")], "403 Forbidden. The service turns away clients without a declared User-Agent", 1),
    "500 for ever": ([answer(500)], "the service answers 500", 5),
    "429 for an hour": ([answer(429, Retry_After=3600)], "asks to wait 3600 seconds", 1),
}


@pytest.mark.parametrize(("answers", "message", "times"), STOPPED.values(), ids=STOPPED)
def test_a_service_that_refuses_stops_the_run(two, server, capex, capsys, answers, message, times):
    server.answers |= {AMAZON: answers, META: [good(document({PPE: META_2023}, 1326801))]}
    before = contents(two)
    assert capex(two)[0] == 1
    assert contents(two) == before
    assert message in capsys.readouterr().err
    assert len(server.asked) == times and all(path == AMAZON for path, *_ in server.asked)


@pytest.mark.parametrize(("base", "message"), [("http://127.0.0.1:1", "no answer (ConnectionError), 5 times"), ("data.sec.gov", "No scheme supplied")])
def test_no_server(small, capex, server, capsys, base, message):
    assert capex(small, "--base", base)[0] == 1
    assert message in capsys.readouterr().err


FAILED = {
    "404": ([], "404 Not Found: no such CIK"),
    "cut off for ever": ([CUT_OFF], "the body was cut off"),
    "malformed for ever": ([MALFORMED], "malformed answer"),
    "wrong types": ([good(document({PPE: {}}, 1326801))], "malformed answer (USD: expected a list"),
    "another employer": ([good(document({PPE: META_2023}, 1018724))], "asked for CIK 1326801, got 1018724"),
}


@pytest.mark.parametrize(("answers", "message"), FAILED.values(), ids=FAILED)
def test_one_bad_document_does_not_hold_up_the_others(two, server, capex, capsys, answers, message):
    server.answers |= {AMAZON: [good(AMAZON_NEW)], META: answers}
    before = contents(two)
    assert capex(two)[0] == 1  # not complete
    assert_nothing_lost(before, contents(two))
    assert any(row["fiscal_year"] == 2026 and row["fiscal_period"] == "Q2" for row in rows_of(two, "capex"))
    assert f"failed   meta: {server.url}{META}" in (out := capsys.readouterr().out) and message in out


@pytest.mark.parametrize("agent", [[], ["--user-agent", "curl"]])
def test_the_user_agent_is_required(small, server, capex, capsys, monkeypatch, agent):
    monkeypatch.delenv("LAYOFFDATA_USER_AGENT", raising=False)
    assert capex(small, agent=agent)[0] == 1 and not server.asked
    assert "--user-agent" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "asked"), [("Amazon", AMAZON), ("amazon", AMAZON), ("1018724", AMAZON), ("0001018724", AMAZON), ("Amazn", None)])
def test_employers_by_any_name(small, server, capex, capsys, name, asked):
    server.answers[AMAZON] = [good(AMAZON_NEW)]
    assert capex(small, "--company", name)[0] == (0 if asked else 1)
    assert [path for path, *_ in server.asked] == ([asked] if asked else [])
    assert asked or "no employer 'Amazn' in data/companies.csv; the nearest is 'amazon'" in capsys.readouterr().err


def test_at_most_ten_requests_a_second(tmp_path, server):
    now = [0.0]
    fetcher = fetch.Fetcher(tmp_path / "work", "x", 10, lambda seconds: now.__setitem__(0, now[0] + seconds), lambda: now[0])
    server.answers |= {f"/{n}": [answer(200, b"1")] for n in range(21)}
    for n in range(21):
        fetcher.get(f"{server.url}/{n}", json.loads)
    assert now[0] == pytest.approx(2.0)


def test_progress_only_on_a_terminal(monkeypatch, capsys):
    fetch.progress(1, 3, "amazon")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fetch.progress(1, 3, "amazon")
    assert "[1/3] amazon" in capsys.readouterr().err


# ------------------------------------------------------------------------------- vintages and the gate
def test_a_restated_value_is_a_later_row(small, server, capex, capsys):
    server.answers[AMAZON] = [good(document({ASSETS: [*AMAZON_2024, fact("2024-01-01", "2024-03-31", 14900, "2025-05-02")]}))]
    before = contents(small)
    assert capex(small)[0] == 0
    assert_nothing_lost(before, contents(small))
    quarter = [row for row in rows_of(small, "capex") if (row["fiscal_year"], row["fiscal_period"]) == (2024, "Q1")]
    assert [(str(row["filed_date"]), row["amount_usd"]) for row in quarter] == [("2024-05-01", 14925 * M), ("2025-05-02", 14900 * M)]
    out = capsys.readouterr().out
    assert "revised  amazon 2024 Q1 14,900,000,000 USD filed 2025-05-02, before 14,925,000,000" in out
    # the year was not restated: the gate would reject it, and the first filings explain it
    assert "excepted amazon|2024|FY|cash_ppe|2025-02-07" in out and check.faults_of(small) == []


def test_an_exception_goes_when_restated_quarters_settle_it(two, edit, server, capex):
    def excepted():
        return [row["row_key"] for row in rows_of(two, "known_exceptions") if row["row_key"].startswith("meta|")]

    server.answers |= {AMAZON: [good(AMAZON_NEW)], META: [good(document({PPE: [*META_2023, META_2023_RESTATED[3]]}, 1326801))]}
    assert capex(two, "--company", "meta")[0] == 0
    assert excepted() == ["meta|2023|FY|cash_ppe|2025-01-30"]
    server.answers[META] = [good(document({PPE: META_2023 + META_2023_RESTATED}, 1326801))]
    assert capex(two, "--company", "meta")[0] == 0
    assert not excepted()
    assert check.faults_of(two) == []


def test_a_row_of_the_same_day_is_never_overwritten(small, server, capex, capsys):
    server.answers[AMAZON] = [good(document({ASSETS: [*AMAZON_2024, fact("2019-01-01", "2019-03-31", 9999, "2019-04-26")]}))]
    before = contents(small)
    assert capex(small)[0] == 0
    assert contents(small) == before
    assert "differs  amazon 2019 Q1 9,999,000,000 USD filed 2019-04-26, the data say 3,290,000,000; not changed" in capsys.readouterr().out


def test_a_value_known_from_an_earlier_document_is_not_added():
    found = capex_rows(document({PPE: META_2023}), "meta")
    release = [{**row, "filed_date": row["filed_date"] - timedelta(days=1), "accession": None} for row in found]
    assert refresh_capex.merge(release, found, 2015) == ([], [])


def test_an_earlier_filing_of_a_known_value_is_added(small, server, capex, capsys):
    server.answers[AMAZON] = [good(document({ASSETS: [*AMAZON_2024, fact("2019-01-01", "2019-03-31", 3290, "2019-04-25")]}))]
    assert capex(small)[0] == 0
    assert "earlier  amazon 2019 Q1 3,290,000,000 USD filed 2019-04-25" in capsys.readouterr().out


def test_what_the_gate_rejects_is_not_written(small, server, capex, capsys, tmp_path):
    jump = fact("2026-04-01", "2026-06-30", 470_000, "2026-07-31")
    server.answers[AMAZON] = [good(document({ASSETS: [*AMAZON_2024, jump]}))]
    before = contents(small)
    assert capex(small)[0] == 1
    assert contents(small) == before
    streams = capsys.readouterr()
    assert "[capex_jump]" in streams.out and "nothing was written" in streams.err
    assert any((tmp_path / "work").iterdir())  # settled by a person, the next run needs no network


def test_quarters_that_are_missing_are_named(small, server, capex, capsys):
    server.answers[AMAZON] = [good(document({ASSETS: [*AMAZON_2024, fact("2025-07-01", "2025-09-30", 35095, "2025-10-31")]}))]
    assert capex(small)[0] == 0
    out = capsys.readouterr().out
    assert "absent   amazon 2025 Q1" in out and "absent   amazon 2025 Q2" in out and "absent   amazon 2024" not in out


# ------------------------------------------------------------------------------- interruption
RUN = "import sys, pathlib, refresh_capex; sys.exit(refresh_capex.main(sys.argv[2:], pathlib.Path(sys.argv[1])))"


def test_interrupted_leaves_the_csvs_and_goes_on_where_it_stopped(two, server, capex, tmp_path):
    reached, done = threading.Event(), threading.Event()

    def hang(_):
        reached.set()
        done.wait(20)
        return 500, {}, b""

    server.answers |= {AMAZON: [good(AMAZON_NEW)], META: [hang, good(document({PPE: META_2023}, 1326801))]}
    before, work = contents(two), tmp_path / "work"
    command = [sys.executable, "-c", RUN, str(two), "--base", server.url, "--work", str(work), *AGENT]
    child = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": f"{ROOT / 'scripts'}{os.pathsep}{ROOT}"}, stderr=subprocess.PIPE, text=True)
    try:
        assert reached.wait(20)
        child.send_signal(signal.SIGINT)
        error = child.communicate(timeout=20)[1]
    finally:
        done.set()
        child.kill()
    assert child.returncode == 130 and "interrupted: nothing was written" in error
    assert contents(two) == before
    assert len(list(work.iterdir())) == 1
    server.asked.clear()
    assert capex(two)[0] == 0
    assert [path for path, *_ in server.asked] == [META]  # the first employer is not fetched again
    assert not work.exists() and contents(two) != before


def test_interrupted_while_writing(small, server, capex, monkeypatch):
    server.answers[AMAZON] = [good(AMAZON_NEW)]
    before, replace, calls = contents(small), os.replace, []

    def interrupt(source, target):
        calls.append(target)
        if str(target).endswith("sources.csv"):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(csvs.os, "replace", interrupt)
    assert capex(small)[0] == 130
    assert contents(small) == before and len(calls) > 1


def test_old_answers_are_not_used(small, server, capex, tmp_path):
    server.answers[AMAZON] = [good(document({ASSETS: AMAZON_2024})), good(AMAZON_NEW)]
    assert capex(small, "--dry-run")[0] == 0
    for path in (tmp_path / "work").iterdir():
        os.utime(path, (time.time() - fetch.KEPT_FOR - 60,) * 2)
    assert capex(small)[0] == 0 and len(server.asked) == 2


# ------------------------------------------------------------------------------- indicators
BLS = "/publicAPI/v2/timeseries/data/"
LEVEL, RATE = "JTS000000000000000LDL", "JTS000000000000000LDR"


def point(month, value, *codes, period=None):
    notes = [{"code": code, "text": {"P": "preliminary"}.get(code, "")} for code in codes] or [{}]
    return {"year": month[:4], "period": period or f"M{month[5:]}", "periodName": "a month", "value": value, "footnotes": notes}


def bls(series, status="REQUEST_SUCCEEDED", message=()):
    results = {"series": [{"seriesID": name, "data": points} for name, points in series.items()]}
    return answer(200, json.dumps({"status": status, "responseTime": 120, "message": list(message), "Results": results}).encode())


JOLTS = {LEVEL: [point("2026-08", "1641", "P"), point("2026-07", "1,750"), point("2026-06", "1785")], RATE: [point("2026-08", "1.0", "P")]}


def claims_xml(weeks):
    """The national report: weeks to come hold a blank."""
    part = "<{0}><NSA>{1}</NSA><SF>97.0</SF><SA>{2}</SA><SA4WK>1</SA4WK></{0}>"
    week = "<week><weekEnded>{0:%m/%d/%Y}</weekEnded>{1}{2}<CoveredEmployment>153,547,535</CoveredEmployment></week>"
    body = "".join(week.format(day, part.format("InitialClaims", "200,000", sa), part.format("ContinuedClaims", "1,700,000", "1,800,001")) for day, sa in weeks)
    return answer(200, f'<?xml version="1.0"?><r539cyNational rundate="11/19/2026">{body}</r539cyNational>'.encode(), Content_Type="text/xml;charset=UTF-8")


SATURDAYS = [date(2026, 10, 3) + timedelta(days=7 * n) for n in range(7)]
WEEKS = [*zip(SATURDAYS, ["210,000", "220,000", "230,000", "240,000", "250,001", "300,000", "&#160;"], strict=True)]


@pytest.fixture
def labour(small, edit, server, tmp_path):
    """The small root with three months of JTSLDL, and a run of refresh_indicators on it."""
    source = {"source_id": "bls-2026-10-31", "publisher": "US Bureau of Labor Statistics", "source_type": "government_record", "url": "https://www.bls.gov/jlt/",
              "published_date": date(2026, 10, 31), "language": "en", "accessed_date": TODAY}  # fmt: skip
    edit("sources", lambda rows: rows.append(source))
    values = [(6, 1785.0), (7, 1702.0), (8, 1641.0)]
    edit("indicators", lambda rows: rows.extend({"series_id": "JTSLDL", "period": date(2026, month, 1), "vintage_date": date(2026, 10, 31), "value": value,
                                                 "source_id": "bls-2026-10-31"} for month, value in values))  # fmt: skip
    assert check.faults_of(small) == []
    server.answers |= {BLS: [bls(JOLTS)], "/claims": [claims_xml(WEEKS)]}

    def run(*arguments, today=TODAY):
        slept = []
        options = ["--base", server.url, "--claims", f"{server.url}/claims", "--work", str(tmp_path / "work"), *arguments]
        return refresh_indicators.main(options, small, slept.append, today)

    return run


def test_indicators_new_revised_and_unchanged(small, labour, server, capsys):
    before = contents(small)
    assert labour() == 0
    assert_nothing_lost(before, contents(small))
    assert check.faults_of(small) == []
    new = [(r["series_id"], r["period"].month, r["value"], r["source_id"]) for r in rows_of(small, "indicators") if r["vintage_date"] == TODAY]
    assert new == [
        ("CCSA", 10, 1800001, "dol-claims-2026-11-22"), ("ICSA", 10, 230000, "dol-claims-2026-11-22"),  # November is not over
        ("JTSLDL", 7, 1750, "bls-2026-11-22"), ("JTSLDR", 8, 1.0, "bls-2026-11-22"),
    ]  # fmt: skip
    out = capsys.readouterr().out
    assert "revised  JTSLDL 2026-07 1750, before 1702" in out and "new      JTSLDR 2026-08 1 (preliminary)" in out
    question = json.loads(server.asked[0][2])
    assert question == {"seriesid": [LEVEL, RATE], "startyear": "2019", "endyear": "2026"}
    assert b"level=us" in server.asked[1][2] and b"filetype=xml" in server.asked[1][2]
    after = contents(small)
    assert labour() == 0 and contents(small) == after  # the same again adds nothing


def test_a_vintage_of_today_is_never_overwritten(small, labour, server, capsys):
    assert labour() == 0
    after = contents(small)
    server.answers[BLS] = [bls({**JOLTS, LEVEL: [point("2026-07", "1777")]})]
    assert labour() == 0 and contents(small) == after
    assert "differs  JTSLDL 2026-07 1777, the vintage of 2026-11-22 says 1750; not changed" in capsys.readouterr().out
    assert labour(today=TODAY + timedelta(days=1)) == 0
    vintages = [(str(r["vintage_date"]), r["value"]) for r in rows_of(small, "indicators") if (r["series_id"], r["period"]) == ("JTSLDL", date(2026, 7, 1))]
    assert vintages == [("2026-10-31", 1702), ("2026-11-22", 1750), ("2026-11-23", 1777)]


def test_indicators_pass_the_gate_or_are_not_written(small, labour, capsys):
    before = contents(small)
    assert labour(today=date(2026, 8, 1)) == 1  # a vintage of August's first day cannot know August
    assert contents(small) == before and "published before the month" in capsys.readouterr().out


def test_what_the_bureau_no_longer_gives_is_gone_and_stays(small, labour, server, capsys):
    annual = point("2026-08", "1700", period="M13")
    server.answers[BLS] = [bls({**JOLTS, LEVEL: [point("2026-08", "1641"), point("2026-07", "-", "X"), point("2026-06", "1785"), annual]})]
    before = contents(small)
    assert labour() == 0
    assert_nothing_lost(before, contents(small))
    assert "gone     JTSLDL 2026-07: the service gives no value" in capsys.readouterr().out


@pytest.mark.parametrize(("key", "spans"), [(None, [("2001", "2010"), ("2011", "2020"), ("2021", "2026")]), ("secret", [("2001", "2020"), ("2021", "2026")])])
def test_windows_of_years_and_the_key(labour, server, monkeypatch, tmp_path, key, spans):
    monkeypatch.delenv("BLS_API_KEY", raising=False)
    if key:
        monkeypatch.setenv("BLS_API_KEY", key)
    assert labour("--since", "2001", "--series", "JTS5100LDL", "--dry-run") == 1  # no value for JTS5100LDL
    questions = [json.loads(body) for path, _, body in server.asked if path == BLS]
    assert [(q["startyear"], q["endyear"]) for q in questions] == spans
    assert {q.get("registrationkey") for q in questions} == {key} and "JTS510000000000000LDL" in questions[0]["seriesid"]
    assert not [path for path in (tmp_path / "work").iterdir() if "secret" in path.name + path.read_text()]


LIMIT = "Request could not be serviced, as the daily threshold for total number of requests allocated to the user has been reached."
SERVICE = {
    "daily limit": (BLS, [bls({}, "REQUEST_NOT_PROCESSED", [LIMIT])], "has been reached. Try tomorrow, or set BLS_API_KEY"),
    "no such series": (BLS, [bls({LEVEL: JOLTS[LEVEL], RATE: []}, message=[f"Series does not exist for Series {RATE}"])], "failed   JTSLDR: US Bureau"),
    "no results": (BLS, [answer(200, b'{"status": "REQUEST_SUCCEEDED", "message": []}')], "no list Results.series"),
    "wrong value": (BLS, [bls({LEVEL: [point("2026-08", "many")], RATE: []})], "could not convert string to float"),
    "not JSON": (BLS, [MALFORMED], "malformed answer"),
    "not the report": ("/claims", [answer(200, b"<html><body>Session expired</body></html>")], "expected the report r539cyNational, found html"),
    "not XML": ("/claims", [answer(200, b"<r539cyNational><week>")], "not XML"),
    "a Friday": ("/claims", [claims_xml([(date(2026, 10, 2), "1")])], "is no Saturday"),
    "no number": ("/claims", [claims_xml([(SATURDAYS[0], "21x")])], "not a number of claims: '21x'"),
    "gone away": ("/claims", [answer(503)], "the service answers 503"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "answers", "message"), SERVICE.values(), ids=SERVICE)
def test_one_service_in_trouble_does_not_hold_up_the_other(small, labour, server, capsys, path, answers, message):
    server.answers[path] = answers
    before = contents(small)
    assert labour() == 1
    assert_nothing_lost(before, contents(small))
    assert message in capsys.readouterr().out
    new = {row["series_id"] for row in rows_of(small, "indicators") if row["vintage_date"] == TODAY}
    assert new & ({"ICSA", "CCSA"} if path == BLS else {"JTSLDL", "JTSLDR"})


def test_the_file_of_the_states():
    states = [f"S{n:02d}" for n in range(53)]
    header = "st,rptdate,c1,c2,c3,c4,c5,c6,c7,c8,c9,c10,c11,c12"
    lines = [f"{s},{day:%m/%d/%Y} 00:00:00,40,{day - timedelta(days=7):%m/%d/%Y},100,0,0,9,2,1000,0,0,9,3" for day in SATURDAYS[:5] for s in states]
    weeks = labour_series.claims_weeks("\n".join([header, *lines]).encode())
    assert weeks["ICNSA", SATURDAYS[0]] == 53 * 102 and weeks["CCNSA", SATURDAYS[0]] == 53 * 1003
    assert labour_series.monthly(weeks, ["ICNSA", "CCNSA"]) == {("ICNSA", date(2026, 10, 1)): 5406.0}  # four of five weeks of continued claims
    without_one = labour_series.claims_weeks("\n".join([header, *lines[1:]]).encode())
    assert ("ICNSA", SATURDAYS[0]) not in without_one
    with pytest.raises(ValueError, match="cut off"):
        labour_series.claims_weeks("\n".join([header, *lines, "S00,10/03/2026,40"]).encode())
    with pytest.raises(ValueError, match="no column c12"):
        labour_series.claims_weeks(b"st,rptdate,c1,c2,c3,c7,c8\n")


def test_an_unknown_series_is_named(labour, server, capsys):
    assert labour("--series", "UNRATE") == 1 and not server.asked
    assert "no such series 'UNRATE'" in capsys.readouterr().err
