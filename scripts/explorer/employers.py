"""The page of one employer: everything that the tables hold of it."""

from collections.abc import Iterator

import pandas as pd

import layoffdata

from . import timeline, words
from .data import Data


def pages(data: Data) -> Iterator[tuple[str, dict]]:
    """Identifier and context of every employer's page."""
    sums = layoffdata.totals(by="company")
    by = {name: {company: rows for company, rows in frame.groupby("company_id", sort=False)} for name, frame in _frames(data).items()}
    links = _links(data)
    for company in data["companies"].sort_values("company_id").to_dict("records"):
        name = company["company_id"]
        parts = {table: by[table].get(name, frame.iloc[:0]) for table, frame in _frames(data).items()}
        events, guided, spent = parts["events"], parts["guidance"], parts["capex"]
        cash = spent[spent["definition"] == "cash_ppe"]
        first_and_last = timeline.span(events, cash, guided) if len(events) or len(guided) or len(cash) else None
        year_end = 12 if pd.isna(company["fiscal_year_end_month"]) else int(company["fiscal_year_end_month"])
        bars = timeline.announcements(events, *first_and_last) if first_and_last else None
        yield name, {
            "company": company, "aliases": sorted(parts["aliases"]["alias"]), "total": sums.loc[name] if name in sums.index else None,
            "events": list(events.itertuples()), "programs": _programs(data, events), "conflicts": conflicts(data, parts["conflicts"]),
            "bars": bars, "stances": list(dict.fromkeys(events.loc[events["jobs_basis"] == "reported", "ai_stance"])),
            "spending": timeline.spending(cash[cash["fiscal_period"] != "FY"], guided, year_end, *first_and_last) if first_and_last else None,
            "fiscal": timeline.actual_beside_guidance(cash, guided),
            "periods": list(spent.sort_values(["fiscal_year", "fiscal_period", "definition"], ascending=[False, False, True]).itertuples()),
            "headcount": list(parts["headcount"].sort_values(["as_of_date", "scope", "source_id"], ascending=[False, True, True]).itertuples()),
            "links": links,
        }  # fmt: skip


def _frames(data: Data) -> dict[str, pd.DataFrame]:
    return {
        "events": data.events, "aliases": data["company_aliases"], "conflicts": data["conflicts"], "capex": data.capex,
        "guidance": data["capex_guidance"], "headcount": data["headcount"],
    }  # fmt: skip


def _links(data: Data) -> dict[str, str]:
    """The address of each announcement, seen from an employer's page: related ones may be another employer's."""
    return {row.event_id: f"{row.company_id}.html#{row.event_id}" for row in data["layoffs"].itertuples()}


def _programs(data: Data, events: pd.DataFrame) -> list[dict]:
    """Programmes of an employer, newest first, with what each announcement adds: `layoffdata.explain`, in order of date."""
    out = []
    for program, rows in events[events["program_id"].notna()].groupby("program_id", sort=False):
        rows = rows.sort_values(["announced_date", "event_id"])
        sums = rows[["sum_low", "sum_point", "sum_high"]].sum(min_count=1)
        open_ended = bool(rows["sum_events_open_ended"].fillna(0).sum())
        out.append({"id": program, "label": data.programs[program], "rows": list(rows.itertuples()), "total": words.span(*sums, open_ended)})
    return out


def conflicts(data: Data, rows: pd.DataFrame) -> list[dict]:
    """Conflicts with both documents, the latest first."""
    rows = rows.sort_values(["known_date", "conflict_id"], ascending=[False, True])
    return [{"row": row, "name": data.names[row.company_id], "a": data.sources[row.source_id_a], "b": data.sources[row.source_id_b]} for row in rows.itertuples()]
