#!/usr/bin/env python3
"""Refresh data/indicators.csv from the Bureau of Labor Statistics (JOLTS) and the Department of Labor (claims).

    python scripts/refresh_indicators.py --dry-run
    BLS_API_KEY=... python scripts/refresh_indicators.py --series JTS5100LDL --since 2001

By default the series of these services that the data have, and JTSLDL, JTSLDR, ICSA, CCSA. Months of claims are means of weeks (scripts/labour_series.py).
A value that differs from the latest vintage is a new row, with today as vintage_date; an equal one adds nothing; no row is ever changed.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import labour_series as series_of
import tables as csvs
from fetch import DocumentError, Fetcher, ServiceError, progress
from labour_series import CLAIMS, Values, bls_id
from refresh import NotThereError, add_source, arguments, changed_texts, faults_with, read_tables, run
from tables import ROOT, Faulty, Row

BLS = "https://api.bls.gov"
DOL = "https://oui.doleta.gov/unemploy/wkclaims/report.asp"
USUAL = {"JTSLDL", "JTSLDR", "ICSA", "CCSA"}


def fetch_bls(fetcher: Fetcher, base: str, wanted: list[str], years: tuple[int, int], today: date) -> tuple[Values, set, list[str]]:
    """Values, the preliminary ones, and messages; 25 series and 10 years a question, or 50 and 20 with a registration key."""
    key = os.environ.get("BLS_API_KEY")
    names = {bls_id(series): series for series in wanted}
    ids, at_once = list(names), 50 if key else 25
    values, preliminary, messages = {}, set(), []
    questions = [(ids[n : n + at_once], span) for n in range(0, len(ids), at_once) for span in series_of.windows(*years, bool(key))]
    for n, (some, (first, last)) in enumerate(questions):
        progress(n, len(questions), f"Bureau of Labor Statistics {first} to {last}")
        question = {"seriesid": some, "startyear": str(first), "endyear": str(last)} | ({"registrationkey": key} if key else {})
        kept_as = f"{today} bls {hashlib.sha256(' '.join(some).encode()).hexdigest()[:12]} {first} {last} {base}"
        url = f"{base}/publicAPI/v2/timeseries/data/"
        found, early, said = fetcher.get(url, lambda body: series_of.bls_values(body, names), key=kept_as, method="POST", json=question)
        values |= found
        preliminary |= early
        messages += said
    progress(len(questions), len(questions), "")
    return values, preliminary, messages


def fetch_claims(fetcher: Fetcher, url: str, wanted: list[str], years: tuple[int, int], today: date) -> Values:
    """Monthly means, from the national report, which is asked for by a form, or from a CSV file."""
    form = {"level": "us", "final_yr": str(years[1] + 1), "strtdate": str(years[0]), "enddate": str(years[1]), "filetype": "xml"}
    request = {} if url.endswith(".csv") else {"method": "POST", "data": form}
    weeks = fetcher.get(url, series_of.claims_weeks, key=f"{today} claims {years} {url}", **request)
    return {key: value for key, value in series_of.monthly(weeks, wanted).items() if key[1].year >= years[0]}


def merge(known: list[Row], found: Values, preliminary: set, today: date, source_id: str) -> tuple[list[Row], list[str]]:
    """The vintages to add to those that stand, and what there is to report."""
    latest: dict[tuple, Row] = {}
    for row in sorted(known, key=lambda row: row["vintage_date"]):
        latest[row["series_id"], row["period"]] = row
    added, report = [], []
    for (series, period), value in sorted(found.items()):
        before = latest.get((series, period))
        if before and before["value"] == value:
            continue
        name = f"{series} {period:%Y-%m} {csvs.render(value)}" + (" (preliminary)" if (series, period) in preliminary else "")
        if before and before["vintage_date"] >= today:
            report.append(f"differs  {name}, the vintage of {before['vintage_date']} says {csvs.render(before['value'])}; not changed")
            continue
        report.append(f"revised  {name}, before {csvs.render(before['value'])}" if before else f"new      {name}")
        added.append({"series_id": series, "period": period, "vintage_date": today, "value": value, "source_id": source_id})
    for series in sorted({series for series, _ in found}):
        periods = [period for name, period in found if name == series]
        for name, period in sorted(latest):
            if name == series and min(periods) <= period <= max(periods) and (name, period) not in found:
                report.append(f"gone     {name} {period:%Y-%m}: the service gives no value; the latest vintage is kept")
    return added, report


def refresh(root: Path, fetcher: Fetcher, base: str, claims: str, more: list[str], since: int, today: date) -> tuple[dict[Path, str], list[str], bool]:
    """New texts of the CSVs, the report, and whether both services gave every series."""
    wanted = sorted({str(row["series_id"]) for row in read_tables(root)[1]["indicators"] if bls_id(row["series_id"])} | USUAL | set(more))
    for series in more:
        if not bls_id(series) and series not in CLAIMS:
            raise NotThereError(f"no such series {series!r}: write {', '.join(CLAIMS)}, or JTS, an industry (or nothing), and LDL or LDR")
    jolts, weekly = [s for s in wanted if bls_id(s)], [s for s in wanted if s in CLAIMS]
    years = since, today.year
    services = [
        ("bls", "US Bureau of Labor Statistics", f"{BLS}/publicAPI/v2/timeseries/data/", jolts, lambda: fetch_bls(fetcher, base, jolts, years, today)),
        ("dol-claims", "US Department of Labor", claims, weekly, lambda: (fetch_claims(fetcher, claims, weekly, years, today), set(), [])),
    ]
    had, report, failed = [], [], []
    for name, publisher, url, asked, fetch in services:
        try:
            found, preliminary, messages = fetch()
        except (ServiceError, DocumentError) as error:
            failed.append(f"failed   {publisher}: {error}")
            continue
        had.append((name, publisher, url, found, preliminary))
        report += [f"message  {publisher}: {text}" for text in messages]
        failed += [f"failed   {series}: {publisher} gives no value" for series in asked if series not in {s for s, _ in found}]
    resources, rows = read_tables(root)
    for name, publisher, url, found, preliminary in had:
        source = {"source_id": f"{name}-{today}", "publisher": publisher, "source_type": "government_record", "url": f"{url}#retrieved-{today}",
                  "published_date": today, "language": "en", "accessed_date": today}  # fmt: skip
        added, told = merge(rows["indicators"], found, preliminary, today, source["source_id"])
        report += told
        rows["indicators"] += added
        if added:
            add_source(rows["sources"], source)
    texts = changed_texts(root, resources, rows)
    if faults := faults_with(root, texts):
        raise Faulty(faults)
    return texts, report + failed, not failed


def main(argv: list[str] | None = None, root: Path = ROOT, sleep: Callable = time.sleep, today: date | None = None) -> int:
    parser = arguments(__doc__, BLS, "indicators")
    parser.add_argument("--claims", default=DOL, help="the report of weekly claims, or the file of the states (.csv) (default: %(default)s)")
    parser.add_argument("--series", action="append", default=[], help="a further series; may be repeated")
    parser.add_argument("--since", type=int, default=2019, help="first year (default: %(default)s)")
    given = parser.parse_args(argv)
    fetcher = Fetcher(given.work, given.user_agent or "layoffdata", 2, sleep)
    return run(lambda: refresh(root, fetcher, given.base.rstrip("/"), given.claims, given.series, given.since, today or date.today()), fetcher, given.dry_run)


if __name__ == "__main__":
    sys.exit(main())
