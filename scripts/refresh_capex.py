#!/usr/bin/env python3
"""Refresh data/capex.csv from the company facts of the US Securities and Exchange Commission.

    python scripts/refresh_capex.py --user-agent 'name contact@example.org' --dry-run
    python scripts/refresh_capex.py --company amazon --company 789019      by identifier, name, alias or CIK

By default every employer with a CIK and rows in data/capex.csv. Rows are added, never changed: a value that a later filing restates is a
row with its own filing date. A row that contradicts one that stands, and one that the service no longer supports, are reported only.
"""

import difflib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import company_facts
import rules
import tables as csvs
from fetch import DocumentError, Fetcher, progress
from refresh import NotThereError, add_source, arguments, changed_texts, faults_with, read_tables, run
from tables import ROOT, Faulty, Row

BASE = "https://data.sec.gov"
PER_SECOND = 10  # the SEC's limit
RESTATED = "Restated: as first filed, the four quarters are the year."


def employers(rows: dict[str, list[Row]], wanted: list[str]) -> list[Row]:
    """Rows of `companies` to refresh; NotThereError names what is not there and the nearest that is."""
    by_id = {row["company_id"]: row for row in rows["companies"]}
    if not wanted:
        with_capex = {row["company_id"] for row in rows["capex"]}
        return [row for key, row in sorted(by_id.items()) if key in with_capex and row["cik"]]
    names = {str(row[field]).casefold(): row for row in by_id.values() for field in ("company_id", "name", "legal_name", "cik") if row[field]}
    names |= {str(row["alias"]).casefold(): by_id[row["company_id"]] for row in rows["company_aliases"]}
    found = {}
    for name in wanted:
        row = names.get(name.casefold()) or names.get(name.lstrip("0"))
        if row is None:
            near = difflib.get_close_matches(name.casefold(), names, 1)
            raise NotThereError(f"no employer {name!r} in data/companies.csv" + (f"; the nearest is {near[0]!r}" if near else ""))
        if row["cik"] is None:
            raise NotThereError(f"{row['company_id']} has no CIK in data/companies.csv, so the SEC has no facts of it")
        found[row["company_id"]] = row
    return list(found.values())


def fetch_rows(fetcher: Fetcher, base: str, company: Row, since: int) -> list[Row]:
    url = f"{base}/api/xbrl/companyfacts/CIK{company['cik']:010d}.json"

    def read(body: bytes) -> list[Row]:
        facts = json.loads(body)
        if isinstance(facts, dict) and str(facts.get("cik", company["cik"])).lstrip("0") != str(company["cik"]):
            raise ValueError(f"asked for CIK {company['cik']}, got {facts['cik']}")
        return company_facts.capex_rows(facts, company["company_id"], since)

    try:
        return fetcher.get(url, read)
    except DocumentError as error:
        raise DocumentError(f"{error}: no such CIK, or it files no facts" if ": 404 " in str(error) else str(error)) from None


def amount(row: Row) -> int:
    return rules.amount(row) or 0


def merge(known: list[Row], found: list[Row], since: int) -> tuple[list[Row], list[str]]:
    """The rows of one employer to add to those that stand, and what there is to report."""
    standing: dict[tuple, list[Row]] = defaultdict(list)
    for row in known:
        if row["definition"] == "cash_ppe":
            standing[row["fiscal_year"], row["fiscal_period"]].append(row)
    added, report = [], []
    stated = defaultdict(list)
    for row in found:
        period = row["fiscal_year"], row["fiscal_period"]
        stated[period].append(row)
        name = f"{row['company_id']} {period[0]} {period[1]} {amount(row):,} {row['currency']} filed {row['filed_date']}"
        earlier = max((k for k in standing[period] if k["filed_date"] <= row["filed_date"]), key=lambda k: k["filed_date"], default=None)
        if earlier and amount(earlier) == amount(row):
            continue
        if earlier and earlier["filed_date"] == row["filed_date"]:
            report.append(f"differs  {name}, the data say {amount(earlier):,}; not changed")
            continue
        if earlier:
            report.append(f"revised  {name}, before {amount(earlier):,}")
        else:
            report.append(f"{'earlier' if standing[period] else 'new':<8} {name}")
        standing[period].append(row)
        added.append(row)
    for row in known:
        period = row["fiscal_year"], row["fiscal_period"]
        close = any(abs(amount(s) - amount(row)) < company_facts.MILLION for s in stated[period])
        if row["accession"] and row["definition"] == "cash_ppe" and period[0] >= since and not close:
            report.append(f"gone     {row['company_id']} {period[0]} {period[1]} {amount(row):,} filed {row['filed_date']}: no fact gives it; kept")
    return added, report + holes(found)


def holes(found: list[Row]) -> list[str]:
    """Quarters between the first and the last that no filing states, nor two year-to-date figures give."""
    have = sorted({row["fiscal_year"] * 4 + int(row["fiscal_period"][1]) - 1 for row in found if row["fiscal_period"] != "FY"})
    missing = [n for n in range(have[0], have[-1]) if n not in have] if have else []
    return [f"absent   {found[0]['company_id']} {n // 4} Q{n % 4 + 1}: not in the facts" for n in missing]


def settle(root: Path, resources: dict, rows: dict[str, list[Row]], refreshed: set[str]) -> tuple[dict[Path, str], list[str]]:
    """New texts that pass the gate, else Faulty.

    Filers often restate a year and not its quarters. If the year and its quarters agree as first filed, that explains why they do not now, and it
    goes to the known exceptions; an exception that restated quarters make needless goes away. Anything else is for a person.
    """
    report: list[str] = []
    for _ in range(3):
        texts = changed_texts(root, resources, rows)
        faults = faults_with(root, texts)
        in_order = sorted(rows["capex"], key=lambda row: csvs.sort_key(row, resources["capex"]))
        before = len(report)
        for fault in faults:
            if fault.file == resources["capex"]["path"] and fault.rule.endswith("[quarters_and_year]"):
                row = in_order[fault.line - 2]
                if row["company_id"] in refreshed and first_filed_agree(row, rows["capex"]):
                    key = "|".join(csvs.render(row[column]) for column in csvs.primary_key(resources["capex"]))
                    exception = {"rule": "quarters_and_year", "table": "capex", "row_key": key, "reason": RESTATED, "source_id": row["source_id"]}
                    rows["known_exceptions"].append(exception)
                    report.append(f"excepted {key}: {RESTATED}")
            elif fault.rule.startswith("stale exception: rule 'quarters_and_year'") and fault.value.split("|")[0] in refreshed:
                rows["known_exceptions"] = [e for e in rows["known_exceptions"] if (e["rule"], e["row_key"]) != ("quarters_and_year", fault.value)]
                report.append(f"settled  {fault.value}: the exception is needed no more")
        if len(report) == before:
            break
    if faults:
        raise Faulty(faults)
    return texts, report


def first_filed_agree(year: Row, capex: list[Row]) -> bool:
    first: dict[str, int] = {}
    for row in sorted(capex, key=lambda row: row["filed_date"], reverse=True):
        if all(row[field] == year[field] for field in ("company_id", "fiscal_year", "definition")):
            first[row["fiscal_period"]] = amount(row)
    return len(first) == 5 and abs(sum(first.values()) - 2 * first["FY"]) <= rules.CAPEX_TOLERANCE


def refresh(root: Path, fetcher: Fetcher, base: str, wanted: list[str], since: int, today: date) -> tuple[dict[Path, str], list[str], bool]:
    """New texts of the CSVs, the report, and whether every employer was had."""
    chosen = employers(read_tables(root)[1], wanted)
    found, failed = {}, []
    for n, company in enumerate(chosen):
        progress(n, len(chosen), str(company["company_id"]))
        try:
            found[company["company_id"]] = fetch_rows(fetcher, base, company, since)
        except DocumentError as error:
            failed.append(f"failed   {company['company_id']}: {error}")
    progress(len(chosen), len(chosen), "")
    resources, rows = read_tables(root)  # again: fetching takes minutes, and people edit
    report = []
    for company, new in found.items():
        cik = next(row["cik"] for row in chosen if row["company_id"] == company)
        added, told = merge([row for row in rows["capex"] if row["company_id"] == company], new, since)
        rows["capex"] += added
        report += told
        for row in added:
            if row["fiscal_period"] == "FY":
                rules.note_year_end(rows["companies"], row)
            add_source(rows["sources"], {
                "source_id": row["source_id"], "publisher": "US Securities and Exchange Commission", "source_type": "regulatory_filing",
                "url": f"https://www.sec.gov/Archives/edgar/data/{cik}/{row['accession'].replace('-', '')}/{row['accession']}-index.htm",
                "published_date": row["filed_date"], "language": "en", "accessed_date": today,
            })  # fmt: skip
    texts, settled = settle(root, resources, rows, set(found))
    return texts, report + settled + failed, not failed


def main(argv: list[str] | None = None, root: Path = ROOT, sleep: Callable = time.sleep, today: date | None = None) -> int:
    parser = arguments(__doc__, BASE, "capex")
    parser.add_argument("--company", action="append", default=[], help="an employer by identifier, name, alias or CIK; may be repeated")
    parser.add_argument("--since", type=int, default=2015, help="first fiscal year (default: %(default)s)")
    given = parser.parse_args(argv)
    if "@" not in (given.user_agent or ""):
        print("the SEC wants to know who asks: give --user-agent 'name contact@example.org', or set LAYOFFDATA_USER_AGENT", file=sys.stderr)
        return 1
    fetcher = Fetcher(given.work, given.user_agent, PER_SECOND, sleep)
    return run(lambda: refresh(root, fetcher, given.base.rstrip("/"), given.company, given.since, today or date.today()), fetcher, given.dry_run)


if __name__ == "__main__":
    sys.exit(main())
