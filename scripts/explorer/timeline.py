"""The charts of one employer: announcements in time, below what it spent on capital and said that it would spend."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from . import charts, words

OWN = ("company", "executive")
WIDTH = 1.15  # percent of the width that one bar takes
MOST_LABELS = 30
Rows = Sequence[Any]


def span(events: Rows, spent: Rows, guided: Rows) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """From the year of the first announcement to just after the last of everything; None if there is nothing."""
    days = [row.announced_date for row in events] + [row.issued_date for row in guided]
    if not events:
        days += [row.period_start for row in spent]
    if not days:
        return None
    first = pd.Timestamp(f"{min(days).year}-01-01")
    last = max([*days, *(row.period_end for row in spent), first + pd.Timedelta(days=700)])
    return first, last + pd.Timedelta(days=30 + (last - first).days // 40)


def announcements(events: Rows, first: pd.Timestamp, last: pd.Timestamp) -> charts.Chart | None:
    """Jobs of each announcement as a bar: filled for what it adds to sums, outlined for what was said. A single one needs no chart.

    A part at a single site, such as a state's notice, that adds nothing to what it is a part of is left out.
    """
    rows = sorted((row for row in events if row.jobs_basis == "reported" and not row.held), key=lambda row: (row.announced_date, row.event_id))
    if len(rows) < 2:
        return None
    figures = [[float(value) for value in (row.jobs, row.jobs_high, row.jobs_low) if not pd.isna(value)] for row in rows]
    adds = [0.0 if pd.isna(row.sum_point) else float(row.sum_point) for row in rows]
    left_out = " Parts at single sites, held by others, are left out." if any(row.held for row in events) else ""
    text = f"Bar chart of {len(rows)} announcements with a number of jobs.{left_out} All are listed below."
    chart, down = charts.panel("jobs announced", text, min(adds), max(map(max, figures)), first, last, 250, above=64)
    place, right = charts.across(first, last), -WIDTH
    for row, (top, *_), net in zip(rows, figures, adds, strict=True):
        left = right = round(max(place(row.announced_date) - WIDTH / 2, right + WIDTH), 2)  # beside the one before that it would lie on
        said = words.hedged(row.jobs_low, row.jobs_high, row.jobs_qualifier)
        counted = words.added(row.net_jobs_low, row.net_jobs, row.net_jobs_high) if not pd.isna(row.sum_point) else "nothing"
        title = f"{words.day(row.announced_date, row.date_precision)}: {said} jobs, {words.plain(row.status)}; adds {counted}; {words.stance(row.ai_stance)}"
        outline = "outline dashed" if row.status in ("rumored", "reported") else "outline"
        chart.marks.append(charts.rect(left, WIDTH * 0.86, down(top), down(0), outline, title=title))
        if net:
            chart.marks.append(charts.rect(left, WIDTH * 0.86, down(net), down(0), "bar", f"h-{row.ai_stance}", title))
        middle = round(left + WIDTH * 0.43, 2)
        if not pd.isna(row.jobs_low) and not pd.isna(row.jobs_high) and row.jobs_low < row.jobs_high:
            chart.marks.append(charts.line(middle, down(row.jobs_low), middle, down(row.jobs_high), "range"))
        if len(rows) <= MOST_LABELS:
            chart.marks.append(charts.label(middle, down(max(top, 0)) - 4, short(said)))
    charts.loosen(chart.marks)
    return chart


def short(said: str) -> str:
    """A figure in as few signs as tell how sure it is."""
    for word, sign in (("about ", "~ "), ("at least ", "\N{GREATER-THAN OR EQUAL TO} "), ("up to ", "\N{LESS-THAN OR EQUAL TO} "), (" to ", "\N{EN DASH}")):
        said = said.replace(word, sign)
    return said


def spent_alike(spent: Rows) -> tuple[Rows, str, str]:
    """Capital spending of one definition in one currency, and both: unlike ones do not stand on one axis.

    Cash purchases in US dollars if there are any, for most guidance is in US dollars too; else what there is most of. A fiscal
    year stands for its quarters unless all four are known.
    """
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in spent:
        groups.setdefault((row.definition, row.currency), []).append(row)
    if not groups:
        return [], "cash_ppe", "USD"
    definition, currency = min(groups, key=lambda name: (name != ("cash_ppe", "USD"), -len(groups[name]), name))
    rows = groups[definition, currency]
    quarters = Counter(row.fiscal_year for row in rows if row.fiscal_period != "FY")
    whole = {row.fiscal_year for row in rows if row.fiscal_period == "FY" and quarters[row.fiscal_year] < 4}
    rows = [row for row in rows if (row.fiscal_period == "FY") == (row.fiscal_year in whole)]
    return sorted(rows, key=lambda row: row.period_start), definition, currency


def spending(spent: Rows, currency: str, guided: Rows, year_end: int, first: pd.Timestamp, last: pd.Timestamp) -> charts.Chart | None:
    """Capital spending of each fiscal quarter (or a quarter of the year's), and a quarter of the guidance in force, from the day it was given."""
    spent = [row for row in spent if row.period_start >= first]
    guided = [row for row in guided if row.issued_date >= first and row.currency == currency]
    if not spent and not guided:
        return None
    said = {row.guidance_id: _quarter(row) for row in guided}
    drawn = [words.amount(row) / words.BILLION / (4 if row.fiscal_period == "FY" else 1) for row in spent]
    most = max([0.0, *drawn, *(high for _, high in said.values())])
    text = f"Chart of capital spending in {words.count(len(spent), 'fiscal period')} and {words.count(len(guided), 'statement')} of guidance. All are listed below."
    chart, down = charts.panel(f"{currency} bn per quarter", text, 0, most, first, last, 190)
    place = charts.across(first, last)
    for row, value in zip(spent, drawn, strict=True):
        year = ", a quarter of it drawn" if row.fiscal_period == "FY" else ""
        title = f"{row.fiscal_year} {row.fiscal_period}: {words.amount(row) / words.BILLION:,.3g} bn {currency} spent{year}"
        left, right = place(row.period_start), place(row.period_end)
        chart.marks.append(charts.rect(left + 0.1, right - left - 0.2, down(value), down(0), "spent", title=title))
    for year, basis, own in sorted({(row.fiscal_year, row.year_basis, row.speaker in OWN) for row in guided}):
        ends = pd.Timestamp(int(year), year_end if basis == "fiscal" else 12, 1) + pd.offsets.MonthEnd()
        rows = sorted((row for row in guided if (row.fiscal_year, row.year_basis, row.speaker in OWN) == (year, basis, own)), key=lambda row: (row.issued_date, row.guidance_id))
        rows = list({(row.issued_date, said[row.guidance_id]): row for row in reversed(rows)}.values())[::-1]  # the same figure of a day once
        for row, until in zip(rows, [*(row.issued_date for row in rows[1:]), ends], strict=True):
            low, high = said[row.guidance_id]
            x1 = place(row.issued_date)
            x2 = min(max(place(until), x1), 100)
            title = f"{words.day(row.issued_date)}, {'the company' if own else words.plain(row.speaker)}: {words.guided(row)} bn for {basis} {year}"
            css = "own" if own else "foreign"
            if low < high:
                chart.marks.append(charts.rect(x1, x2 - x1, down(low), down(high), f"band {css}", title=title))
            for value in dict.fromkeys((low, high)):
                chart.marks.append(charts.line(x1, down(value), x2, down(value), css))
            chart.marks.append(charts.symbol(x1, down(low), "m0" if own else "m2", css, title))
    return chart


def _quarter(row: Any) -> tuple[float, float]:
    """A quarter of the bounds of guidance in billions; where only one is stated, twice that one."""
    stated = [float(value) / words.BILLION / 4 for value in (row.low, row.point, row.high) if not pd.isna(value)]
    return min(stated), max(stated)


def actual_beside_guidance(spent: Rows, guided: Rows) -> list[dict]:
    """Years, newest first: what was said of each, in the order of saying, and what was spent in it, if it is a fiscal one.

    Where the year's own figure is not known but all four quarters are, these stand for it.
    """
    known = Counter((row.fiscal_year, row.definition) for row in spent)
    whole = {(row.fiscal_year, row.definition) for row in spent if row.fiscal_period == "FY"}
    summed = {year for year, periods in known.items() if year not in whole and periods == 4}
    yearly = [row for row in spent if row.fiscal_period == "FY" or (row.fiscal_year, row.definition) in summed]
    out = []
    years = {(int(row.fiscal_year), "fiscal") for row in yearly} | {(int(row.fiscal_year), row.year_basis) for row in guided}
    for year, basis in sorted(years, reverse=True):
        said = sorted((row for row in guided if (row.fiscal_year, row.year_basis) == (year, basis)), key=lambda row: (row.issued_date, row.guidance_id))
        actual = [row for row in yearly if row.fiscal_year == year] if basis == "fiscal" else []
        out.append({"year": year if basis == "fiscal" else f"{basis} {year}", "actual": actual, "said": said})
    return out
