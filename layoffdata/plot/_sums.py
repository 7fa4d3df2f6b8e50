"""Sums by time, and employers side by side."""

from collections.abc import Iterable

import pandas as pd

from .. import _library, _sums
from .._labels import SECTORS
from ..errors import UnknownName
from ._figure import (
    BILLION,
    INK,
    PALE,
    SERIES,
    STANCES,
    AsOf,
    Picture,
    bar,
    between,
    dates,
    empty,
    key,
    legend,
    number,
    picture,
    span,
    styled,
    thousands,
    whisker,
    years,
)

STACKS = ("ai_stance", "sector", "kind")


@styled
def jobs_and_capex(companies: str | int | Iterable[str | int], *, as_of: AsOf = None) -> Picture:
    """Net jobs announced by calendar quarter beside capital spending (US dollars), one row for each employer.

    A thin line is the range of the quarter's jobs, a circle an announcement without a number; a quarter without a filing
    has no bar. Raises UnknownName.

    >>> import layoffdata.plot
    >>> len(layoffdata.plot.jobs_and_capex(["Meta", "Microsoft"]).axes)
    4
    """
    found = [_library.company(name) for name in ([companies] if isinstance(companies, str | int) else companies)]
    panel = _library.load("company_quarters", as_of=as_of)
    panel = panel[panel["company_id"].isin([row["company_id"] for row in found])]
    announced = panel.loc[panel["announcements"] > 0, "quarter_start"]
    start = announced if len(announced) else panel["quarter_start"]
    first = pd.Timestamp(f"{start.min().year}-01-01") if len(start) else pd.Timestamp("2020-01-01")
    panel = panel[panel["quarter_start"] >= first]
    last = (panel["quarter_start"].max() if len(panel) else first) + pd.Timedelta(days=92)
    notes = [
        "Net jobs: every job counted once; thin line: range; circle: announced without a number.",
        "Capital spending: cash purchases of property and equipment, by the calendar quarter that holds the middle of the fiscal one.",
    ]
    names = ", ".join(row["name"] for row in found) if len(found) < 4 else f"{len(found)} employers"
    title = f"{names}: jobs cut beside capital spent, by quarter, {span(first, last - pd.Timedelta(days=5))}"
    figure = picture(title, as_of, notes, height=1.1 + 1.75 * len(found))
    grid = figure.subplots(len(found), 2, sharex=True, squeeze=False)
    for (left, right), row in zip(grid, found, strict=True):
        rows = panel[panel["company_id"] == row["company_id"]]
        left.set_title(f"{row['name']}: net jobs announced")
        right.set_title(f"{row['name']}: capital spending, US$ bn")
        for quarter in rows.itertuples():
            x, name = dates.date2num(quarter.quarter_start) + 45, f"{row['company_id']}:{quarter.quarter}"
            low, point, high, capex = map(number, (quarter.net_jobs_low, quarter.net_jobs, quarter.net_jobs_high, quarter.capex_usd))
            if point == point:
                bar(left, x, point, ("#d55e00", ""), f"{name}:jobs", width=74, linewidth=0)
            if low < high:
                whisker(left, x, low, high, f"{name}:range")
            if quarter.announcements_without_figure and point != point:
                left.plot(x, 0, "o", ms=3.6, mfc="white", mec=INK, mew=0.8, clip_on=False, zorder=4, gid=f"{name}:no number")
            if capex == capex:
                bar(right, x, capex / BILLION, ("#595959", ""), f"{name}:capex", width=74, linewidth=0)
        for axes, column, what in ((left, "announcements", "no announcement"), (right, "capex_usd", "no capital spending in the data set")):
            thousands(axes)
            axes.axhline(0, color=PALE, linewidth=0.8)
            if not (rows[column].fillna(0) != 0).any():
                empty(axes, what)
        if rows["net_jobs"].isna().all() and len(rows):
            left.set_yticks([])
    years(grid[-1, 0], first, last)
    return figure


@styled
def totals(*, by: str | None = "ai_stance", freq: str = "year", as_of: AsOf = None, count: _sums.Count = "confirmed") -> Picture:
    """Jobs announced by year, quarter or month, every job once, with the range from low to high.

    `by` stacks the bars: ai_stance, sector (the six largest, and the others), kind, or None. `freq`, `as_of` and `count` as in
    `layoffdata.totals`, whose numbers these are. Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.totals(by=None, as_of="2025-12-31").get_suptitle()
    'Jobs announced to be cut, by year, 2019–2025'
    """
    if by is not None and by not in STACKS:
        raise UnknownName("stack", by, list(STACKS), "Use by=None for plain bars.")
    if freq not in _sums.FREQUENCIES:
        raise UnknownName("frequency", freq, list(_sums.FREQUENCIES), "See layoffdata.plot.totals.")
    whole = _sums.totals(freq=freq, as_of=as_of, count=count)
    parts = _sums.totals(by=by, freq=freq, as_of=as_of, count=count)["point"] if by else whole["point"]
    table = parts.unstack() if by else parts.to_frame("jobs")
    if by == "sector":
        order = table.sum().sort_values(ascending=False, kind="stable").index
        rest = table[order[6:]].sum(axis=1, min_count=1)
        table = table[order[:6]].rename(columns=SECTORS).assign(**({"other sectors": rest} if len(order) > 6 else {}))
        looks = dict(zip(table.columns, [*SERIES[:6], SERIES[-1]], strict=False))
    elif by == "ai_stance":
        table = table[between(STANCES, table.columns)]
        looks = {name: STANCES[name] for name in table}
    else:
        looks = dict(zip(table.columns, SERIES, strict=False))
    periods = pd.period_range(whole.index.min(), whole.index.max(), freq=_sums.FREQUENCIES[freq])
    first, last = periods[0].start_time, periods[-1].start_time
    stack = {"ai_stance": " and AI stance", "sector": " and sector", "kind": " and kind", None: ""}[by]
    notes = ["Every job counted once; thin line: low to high. An employer or month without an announcement here is not known to have had no cuts."]
    if count != "confirmed":
        notes[0] += f" Also what was only {count}."
    figure = picture(f"Jobs announced to be cut, by {freq}{stack}, {span(first, last)}", as_of, notes, height=4.6)
    axes = figure.subplots()
    for x, period in enumerate(map(str, periods)):
        if period not in table.index:
            continue
        ends = [0.0, 0.0]  # of what is stacked above and below the line
        for name, look in looks.items():
            jobs = number(table.at[period, name])
            if jobs == jobs and jobs:
                bar(axes, x, jobs, look, f"{period}:{name}", bottom=ends[jobs < 0], linewidth=0.4)
                ends[jobs < 0] += jobs
        low, high = number(whole.at[period, "low"]), number(whole.at[period, "high"])
        if low < high:
            whisker(axes, x, low, high, f"{period}:range")
    places = [i for i, p in enumerate(periods) if freq == "year" or (p.quarter == 1 if freq == "quarter" else p.month == 1)] or [0]
    axes.set_xticks(places, [str(periods[i].year) for i in places])
    axes.set_xlim(-0.7, len(periods) - 0.3)
    axes.set_ylabel(f"jobs announced per {freq}")
    axes.axhline(0, color=PALE, linewidth=0.8)
    thousands(axes)
    if by:
        legend(axes, [key(look, look[2] if by == "ai_stance" else str(name).replace("_", " ")) for name, look in looks.items()], 4 if by == "sector" else 6)
    return figure
