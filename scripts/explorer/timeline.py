"""The charts of one employer: announcements in time, below what it spent on capital and said that it would spend."""

import pandas as pd

from . import charts, words

BILLION = 1e9
OWN = ["company", "executive"]
WIDTH = 1.15  # percent of the width that one bar takes
MOST_LABELS = 30


def span(events: pd.DataFrame, spent: pd.DataFrame, guided: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """From the year of the first announcement to just after the last of everything."""
    days = pd.concat([events["announced_date"], guided["issued_date"]]) if len(events) else pd.concat([spent["period_start"], guided["issued_date"]])
    first = pd.Timestamp(f"{days.min().year}-01-01")
    last = max(day for day in (days.max(), spent["period_end"].max(), first + pd.Timedelta(days=700)) if not pd.isna(day))
    return first, last + pd.Timedelta(days=30 + (last - first).days // 40)


def announcements(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> charts.Chart | None:
    """Jobs of each announcement as a bar: filled for what it adds to sums, outlined for what was said."""
    rows = events[events["jobs_basis"] == "reported"].sort_values(["announced_date", "event_id"])
    if len(rows) < 2:
        return None
    figures = rows[["jobs", "jobs_high", "jobs_low"]].astype(float)
    tops = figures["jobs"].fillna(figures["jobs_high"]).fillna(figures["jobs_low"])
    high, low = float(figures.max(axis=None)), min(0.0, float(rows["net_jobs"].astype(float).min()))
    text = f"Bar chart of {len(rows)} announcements with a number of jobs. All are listed below."
    chart, down = charts.panel("jobs announced", text, low, high, first, last, 250, above=64)
    place, right = charts.across(first, last), -WIDTH
    for row, top in zip(rows.itertuples(), tops, strict=True):
        left = right = round(max(place(row.announced_date) - WIDTH / 2, right + WIDTH), 2)  # beside the one before that it would lie on
        said = words.hedged(row.jobs_low, row.jobs_high, row.jobs_qualifier)
        adds = words.added(row.net_jobs_low, row.net_jobs, row.net_jobs_high) or "nothing"
        title = f"{words.day(row.announced_date, row.date_precision)}: {said} jobs, {words.plain(row.status)}; adds {adds}; {words.stance(row.ai_stance)}"
        outline = "outline dashed" if row.status in ("rumored", "reported") else "outline"
        chart.marks.append(charts.rect(left, WIDTH * 0.86, down(top), down(0), css=outline, title=title))
        if not pd.isna(row.net_jobs) and row.net_jobs:
            chart.marks.append(charts.rect(left, WIDTH * 0.86, down(float(row.net_jobs)), down(0), css="bar", fill=f"h-{row.ai_stance}", title=title))
        middle = round(left + WIDTH * 0.43, 2)
        if not pd.isna(row.jobs_low) and not pd.isna(row.jobs_high) and row.jobs_low < row.jobs_high:
            chart.marks.append(charts.line(middle, down(row.jobs_low), middle, down(row.jobs_high), css="range"))
        if len(rows) <= MOST_LABELS:
            chart.marks.append(charts.label(middle, down(max(top, 0)) - 4, short(said)))
    return chart


def short(said: str) -> str:
    """A figure in as few signs as tell how sure it is."""
    for word, sign in (("about ", "~ "), ("at least ", "\N{GREATER-THAN OR EQUAL TO} "), ("up to ", "\N{LESS-THAN OR EQUAL TO} "), (" to ", "\N{EN DASH}")):
        said = said.replace(word, sign)
    return said


def spending(spent: pd.DataFrame, guided: pd.DataFrame, year_end: int, first: pd.Timestamp, last: pd.Timestamp) -> charts.Chart | None:
    """Capital spending of each fiscal quarter, and a quarter of the guidance in force, from the day it was given."""
    spent, guided = spent[spent["period_start"] >= first], guided[guided["issued_date"] >= first]
    if not len(spent) and not len(guided):
        return None
    bounds = pd.DataFrame({"low": guided["low_usd"].fillna(guided["point_usd"]), "high": guided["high_usd"].fillna(guided["point_usd"])}).astype(float) / BILLION / 4
    most = max([0.0, *(spent["amount_usd"].astype(float) / BILLION), *bounds.max(axis=1).fillna(0)])
    parts = [words.count(len(spent), "quarter") + " of capital spending"] * bool(len(spent)) + [words.count(len(guided), "statement") + " of guidance"] * bool(len(guided))
    chart, down = charts.panel("US$ bn per quarter", f"Chart of {' and '.join(parts)}. All are listed below.", 0, most, first, last, 190)
    place = charts.across(first, last)
    for row in spent.sort_values("period_start").itertuples():
        title = f"{row.fiscal_year} {row.fiscal_period}: US$ {row.amount_usd / BILLION:,.1f} bn spent"
        chart.marks.append(charts.rect(place(row.period_start) + 0.1, place(row.period_end) - place(row.period_start) - 0.2, down(row.amount_usd / BILLION), down(0), css="spent", title=title))
    guided = guided.assign(own=guided["speaker"].isin(OWN), low=bounds["low"], high=bounds["high"]).sort_values(["fiscal_year", "issued_date", "guidance_id"])
    guided = guided.drop_duplicates(["fiscal_year", "issued_date", "own", "low", "high"])
    for (year, own), rows in guided.groupby(["fiscal_year", "own"], sort=False):
        ends = pd.Timestamp(int(year), year_end, 1) + pd.offsets.MonthEnd()
        issued = list(rows["issued_date"])
        for row, until in zip(rows.itertuples(), [*issued[1:], ends], strict=True):
            low, high = (bound if not pd.isna(bound) else other for bound, other in ((row.low, row.high), (row.high, row.low)))
            x1, x2 = place(row.issued_date), min(max(place(until), place(row.issued_date)), 100)
            said = words.hedged(*(None if pd.isna(v) else v * 4 for v in (row.low, row.high)), row.qualifier)
            title = f"{words.day(row.issued_date)}, {'the company' if own else words.plain(row.speaker)}: {said} billion US$ for fiscal {year}"
            css = "own" if own else "foreign"
            if low < high:
                chart.marks.append(charts.rect(x1, x2 - x1, down(low), down(high), css=f"band {css}", title=title))
            for value in dict.fromkeys((low, high)):
                chart.marks.append(charts.line(x1, down(value), x2, down(value), css=css))
            chart.marks.append(charts.symbol(x1, down(low), "m0" if own else "m2", css=css, title=title))
    return chart


def actual_beside_guidance(spent: pd.DataFrame, guided: pd.DataFrame) -> list[dict]:
    """Fiscal years with guidance, newest first: what was said, in the order of saying, and what was spent."""
    yearly = spent[spent["fiscal_period"] == "FY"].set_index("fiscal_year")
    out = []
    for year in sorted(set(guided["fiscal_year"]) | set(yearly.index), reverse=True):
        said = guided[guided["fiscal_year"] == year].sort_values(["issued_date", "guidance_id"])
        out.append({"year": int(year), "actual": yearly.loc[year] if year in yearly.index else None, "said": list(said.itertuples())})
    return out

