"""Guidance of capital spending by vintage, and what was spent."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .. import _library, resolve
from ._figure import (
    BILLION,
    INK,
    PALE,
    SERIES,
    SIGN,
    AsOf,
    Line2D,
    Picture,
    currency_of,
    dates,
    empty,
    known,
    legend,
    number,
    picture,
    spending,
    styled,
    whisker,
    years,
)

OWN = ["company", "executive"]
NAMED = {"fiscal": "FY", "calendar": "CY"}


def vintages(tables: Mapping[str, pd.DataFrame], found: pd.Series, currency: str) -> pd.DataFrame:
    """Vintages of an employer in a currency in order, with the name and the end of the year they are for, one row for each figure that was given on a day."""
    rows = tables["capex_guidance"]
    rows = rows[(rows["company_id"] == found["company_id"]) & (rows["currency"] == currency)]
    month = 12 if pd.isna(found["fiscal_year_end_month"]) else int(found["fiscal_year_end_month"])
    begins = {"year": rows["fiscal_year"].astype("int64"), "month": rows["year_basis"].eq("fiscal").map({True: month, False: 12}), "day": 1}
    named = rows["year_basis"].astype(object).map(NAMED) + rows["fiscal_year"].astype(str)
    rows = rows.assign(own=rows["speaker"].isin(OWN), year=named, **resolve.stated(rows), ends=pd.to_datetime(pd.DataFrame(begins)) + pd.offsets.MonthEnd())
    rows = rows.drop_duplicates(["year", "issued_date", "own", "low", "point", "high"])
    return rows.sort_values(["fiscal_year", "year", "issued_date", "guidance_id"], ignore_index=True)


def _by_year(spent: pd.DataFrame) -> pd.Series:
    """What was spent, by name of the fiscal year: the year's own figure, or the sum of its four quarters where the data have only these."""
    whole = spent["fiscal_period"] == "FY"
    quarters = spent[~whole].groupby("fiscal_year")["amount"].agg(["sum", "count"])
    years = spent[whole].set_index("fiscal_year")["amount"].combine_first(quarters.loc[quarters["count"] == 4, "sum"])
    return years.set_axis(NAMED["fiscal"] + years.index.astype(str))


@styled
def guidance(company: str | int, *, as_of: AsOf = None) -> Picture:
    """What was said that a fiscal year's capital spending would be, by day of saying, and what it was.

    In US dollars, or in the currency in which it was said if nothing was in US dollars.

    A line runs from each vintage to the actual on the last day of that fiscal year (the sum of its four quarters where
    the year itself is not known); what was said of a calendar year (CY) that is not the fiscal one has no actual.
    Ranges are thin lines; figures that others than the company gave are hollow and dotted. Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.guidance("AMZN").get_suptitle()
    'Amazon: capital spending guided and actual, fiscal 2023–2026'
    """
    found = _library.company(company)
    tables = known(as_of)
    currency = currency_of(tables, found["company_id"])
    rows = vintages(tables, found, currency)
    if not len(rows):
        figure = picture(f"{found['name']}: capital spending guidance", as_of, height=2.5)
        empty(figure.subplots(), "no guidance in the data set")
        return figure
    spent = spending(tables, found["company_id"], currency)
    actual = _by_year(spent)
    fiscal = sorted(set(rows["fiscal_year"]))
    named = f"{fiscal[0]}\N{EN DASH}{fiscal[-1]}" if len(fiscal) > 1 else str(fiscal[0])
    notes = ["Guidance by the company's own definition; actual: cash purchases of property and equipment, at the end of the fiscal year."]
    years_said = list(dict.fromkeys(rows["year"]))
    what = "capital spending guided and actual" if actual.index.isin(years_said).any() else "capital spending guided"
    figure = picture(f"{found['name']}: {what}, fiscal {named}", as_of, notes, height=4.8)
    axes = figure.subplots()
    for i, year in enumerate(years_said):
        colour, given = SERIES[:6][i % 6][0], rows[rows["year"] == year]
        end = given["ends"].iloc[0]
        spend = number(actual[year]) / BILLION if year in actual.index else float("nan")
        for row in given.itertuples():
            low, point, high = (number(v) / BILLION for v in (row.low, row.point, row.high))
            stated = point if point == point else float("nan") if low < high else low if low == low else high
            style: Any = {"color": colour, "linewidth": 0.8, "linestyle": "-" if row.own else ":", "alpha": 0.8}
            if spend == spend:
                axes.plot([row.issued_date, end], [stated, spend], **style)
            if low < high:
                whisker(axes, dates.date2num(row.issued_date), low, high, f"{row.guidance_id}:range", colour if row.own else PALE, 1.6)
                if spend == spend:
                    axes.fill([row.issued_date, row.issued_date, end], [low, high, spend], color=colour, alpha=0.16, linewidth=0)
            if stated == stated:  # of a range no middle is stated, and none is marked
                marker = "o" if point == point else "^" if low == low else "v"
                axes.plot(row.issued_date, stated, marker, ms=5.5, mec=colour, mew=1.2, mfc=colour if row.own else "white", gid=row.guidance_id)
        if spend == spend:
            axes.plot(end, spend, "s", ms=6.5, color=colour, mec=INK, mew=0.8, gid=f"actual:{year}")
            axes.annotate(f"{year}: {spend:,.1f}", (end, spend), (6, 0), textcoords="offset points", va="center", fontsize=7.5, color=INK)
        else:
            axes.annotate(
                year,
                (given["issued_date"].iloc[-1], stated if stated == stated else high),
                (7, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
                color=INK,
            )
    handles = [Line2D([], [], color=INK, marker="o", ms=5, linewidth=0.8, label="guidance by the company")]
    if (rows["low"] < rows["high"]).any():
        handles.append(Line2D([], [], color=INK, marker="|", ms=8, mew=1.6, linewidth=0, label="range"))
    if not rows["own"].all():
        handles.append(Line2D([], [], color=INK, marker="o", mfc="white", ms=5, linestyle=":", linewidth=0.8, label="figure by others (media, analysts)"))
    if actual.index.isin(years_said).any():
        handles.append(Line2D([], [], color=INK, marker="s", ms=6, linewidth=0, label="actual of the fiscal year"))
    legend(axes, handles)
    axes.set_ylabel(f"capital spending of the fiscal year, {SIGN.get(currency, currency)} bn")
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.04)
    ends = rows.loc[rows["year"].isin(actual.index), "ends"]
    last = max([rows["issued_date"].max(), *ends])
    first = rows["issued_date"].min()
    years(axes, first - pd.Timedelta(days=40), last + max(pd.Timedelta(days=60), (last - first) * 0.13))
    axes.set_xlabel("day on which it was said")
    return figure
