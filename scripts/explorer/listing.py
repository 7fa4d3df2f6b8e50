"""The table of all announcements, its filters, and the list of employers."""

from typing import Any

import pandas as pd

import layoffdata

from . import words
from .data import Data

SIZES = [("100", "100 or more"), ("1000", "1,000 or more"), ("10000", "10,000 or more"), ("none", "no number stated")]


def announcements(data: Data) -> dict:
    """Rows of the table, newest first, and the choices of its filters."""
    events = data.events
    rows = []
    for row in data.rows:
        more = [*data.aliases.get(row.company_id, []), row.ticker, row.scope_unit, data.labels.get(row.program_id)]
        rows.append({"row": row, "also": "; ".join(str(word) for word in more if not pd.isna(word)), "sum": _sum(row)})

    def choices(column: str, named) -> list[tuple[str, str]]:
        order = list(events[column].cat.categories) if isinstance(events[column].dtype, pd.CategoricalDtype) else sorted(events[column].unique())
        present = set(events[column])
        return [(value, named(value)) for value in order if value in present]

    years = sorted({str(day.year) for day in events["announced_date"]}, reverse=True)
    filters = [
        ("year", "Year", [(year, year) for year in years]), ("sector", "Sector", sorted(choices("sector", words.sector), key=lambda choice: choice[1])),
        ("country", "Head office in", choices("country_code", str)), ("ai", "AI as a reason", choices("ai_stance", words.stance)),
        ("status", "Status", choices("status", words.plain)), ("grade", "Evidence grade", choices("evidence_grade", str)), ("size", "Jobs", SIZES),
    ]  # fmt: skip
    return {"rows": rows, "filters": filters}


def _sum(row: Any) -> str:
    """Low, point and high of what an announcement adds and whether that is open ended; empty where it adds nothing or the one number shown says it all."""
    if pd.isna(row.sum_point):
        return ""
    bounds = [int(value) for value in (row.sum_low, row.sum_point, row.sum_high, row.sum_events_open_ended)]
    return "" if bounds == [bounds[1]] * 3 + [0] else "|".join(map(str, bounds))


def employers(data: Data) -> list[dict]:
    """All employers by name, with the sums of `layoffdata.totals`."""
    sums = layoffdata.totals(by="company")
    events = data["layoffs"].groupby("company_id")["announced_date"].agg(["size", "max"])
    with_capex = set(data["capex"]["company_id"])
    out = []
    for company in data["companies"].to_dict("records"):
        name = company["company_id"]
        also = "; ".join([*data.aliases.get(name, []), *([] if pd.isna(company["ticker"]) else [company["ticker"]])])
        out.append({
            "company": company, "also": also, "total": sums.loc[name] if name in sums.index else None,
            "announcements": int(events.at[name, "size"]) if name in events.index else 0, "latest": events.at[name, "max"] if name in events.index else None,
            "capex": name in with_capex,
        })  # fmt: skip
    return sorted(out, key=lambda row: (row["company"]["name"].casefold(), row["company"]["company_id"]))
