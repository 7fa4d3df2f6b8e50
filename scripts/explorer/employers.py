"""The page of one employer: everything that the tables hold of it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

import layoffdata
from layoffdata.resolve import stated

from . import timeline, words
from .data import Data


def pages(data: Data) -> Iterator[tuple[str, dict]]:
    """Identifier and context of every employer's page."""
    sums = layoffdata.totals(by="company").to_dict("index")
    # Plain rows in plain lists: thousands of frames of one or two rows would take ten times as long.
    guidance = data["capex_guidance"]
    events, guided = _by_company(data.events), _by_company(guidance.assign(**stated(guidance)))
    headcount = _by_company(data["headcount"].sort_values(["as_of_date", "scope", "source_id"], ascending=[False, True, True]))
    spent = _by_company(data.capex.sort_values(["fiscal_year", "fiscal_period", "definition"], ascending=[False, False, True]))
    searched = _by_company(data["coverage"].sort_values(["company_id", "year"]))
    disputes = defaultdict(list)
    for dispute in conflicts(data):
        disputes[dispute["row"].company_id].append(dispute)
    links = {row.event_id: f"{row.company_id}.html#{row.event_id}" for row in data.rows}  # a related one may be another employer's
    for company in data["companies"].sort_values("company_id").to_dict("records"):
        name = company["company_id"]
        alike, definition, currency = timeline.spent_alike(spent[name])
        shown = timeline.span(events[name], alike, guided[name])
        year_end = 12 if pd.isna(company["fiscal_year_end_month"]) else int(company["fiscal_year_end_month"])
        yield name, {
            "company": company, "aliases": data.aliases.get(name, []), "total": sums.get(name), "events": events[name],
            "programs": _programs(data, events[name]), "conflicts": disputes[name], "headcount": headcount[name], "links": links,
            "bars": shown and timeline.announcements(events[name], *shown),
            "stances": list(dict.fromkeys(row.ai_stance for row in events[name] if row.jobs_basis == "reported")),
            "spending": shown and timeline.spending(alike, currency, guided[name], year_end, *shown), "definition": definition,
            "fiscal": timeline.actual_beside_guidance(spent[name], guided[name]), "periods": spent[name], "searched": searched[name],
        }  # fmt: skip


def _by_company(frame: pd.DataFrame) -> defaultdict[str, list]:
    out = defaultdict(list)
    for row in frame.itertuples():
        out[row.company_id].append(row)
    return out


def _programs(data: Data, events: list) -> list[dict]:
    """Programmes of an employer, newest first, with what each announcement adds, in order of date, and the sum."""
    groups: dict[str, list[Any]] = {}
    for row in events:
        if not pd.isna(row.program_id):
            groups.setdefault(row.program_id, []).append(row)
    out = []
    for program, rows in groups.items():
        counted = [row for row in rows if not pd.isna(row.sum_point)]
        sums = [sum(getattr(row, f"sum_{part}") for row in counted) for part in ("low", "point", "high")]
        total = words.span(*sums, any(row.sum_events_open_ended for row in counted)) if counted else ""
        rows = sorted(rows, key=lambda row: (row.announced_date, row.event_id))
        out.append({"id": program, "label": data.labels[program], "rows": rows, "total": total})
    return out


def conflicts(data: Data) -> list[dict]:
    """Conflicts with both documents, the latest first."""
    rows = data["conflicts"].sort_values(["known_date", "conflict_id"], ascending=[False, True]).itertuples()
    return [{"row": row, "name": data.names[row.company_id], "a": data.sources[row.source_id_a], "b": data.sources[row.source_id_b]} for row in rows]
