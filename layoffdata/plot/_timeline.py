"""One employer in time: announcements below what is spent on capital."""

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import _catalog, _library, _sums
from ._figure import (
    BILLION,
    INK,
    PALE,
    SIGN,
    STANCES,
    AsOf,
    Line2D,
    Picture,
    bar,
    between,
    currency_of,
    dates,
    empty,
    key,
    known,
    legend,
    number,
    picture,
    span,
    spending,
    styled,
    thousands,
    whisker,
    years,
)
from ._guidance import vintages

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SPENT, OWN_COLOUR = "#111111", "#0072b2"
NOT_COUNTED = "Hollow: adds nothing to the sum (only reported, withdrawn, or held by another announcement). Arrow: a bound, the other side is open."


@styled
def timeline(company: str | int, *, as_of: AsOf = None) -> Picture:
    """Announcements of an employer in time, below what it spends on capital and said that it would spend.

    Jobs of each announcement as a bar (filled: what it adds to the sum, `net_jobs`), with bounds; AI stance by colour and
    hatch; programmes as lines below. A part at a single site, such as a state's notice, that adds nothing to what it is a
    part of is left out. Capital spending (cash purchases of property and equipment) per quarter; guidance for a fiscal year
    divided by four, from the day it was issued until it was replaced; both in US dollars, or in the currency of the guidance
    if none is in US dollars. `company` is a name, alias, ticker or CIK; `as_of` as in `load`. Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.timeline("Volkswagen").get_suptitle().partition(",")[0]
    'Volkswagen: announced job cuts'
    """
    found = _library.company(company)
    events = _library.load("layoffs", as_of=as_of)
    events = events[events["company_id"] == found["company_id"]].sort_values(["announced_date", "event_id"], ignore_index=True)
    held = _sums.held_by_others(events)
    events = events[~held].reset_index(drop=True)
    tables = known(as_of)
    currency = currency_of(tables, found["company_id"])
    spent = spending(tables, found["company_id"], currency)
    spent = spent[spent["fiscal_period"] != "FY"]
    guided = vintages(tables, found, currency)
    first = pd.Timestamp(f"{events['announced_date'].min().year}-01-01") if len(events) else min(spent["period_start"].min(), guided["issued_date"].min())
    spent = spent[spent["period_start"] >= first]
    guided = guided[guided["issued_date"] >= first]
    money = bool(len(spent) or len(guided))
    shown = pd.concat([events["announced_date"], spent["period_end"], guided["issued_date"]]).dropna()
    if not len(shown):
        figure = picture(f"{found['name']}: announced job cuts", as_of, height=2.5)
        empty(figure.subplots(), "nothing known of this employer")
        return figure
    places, last = _places(events, first, max(shown.max(), first + pd.Timedelta(days=350)))
    what = "job cuts announced beside capital spent" if len(spent) else "announced job cuts" + (" and capital spending guidance" if money else "")
    calendar = " (CY: a calendar year)" if (guided["year_basis"] == "calendar").any() else ""
    notes = [NOT_COUNTED + (f" Left out: {held.sum()} at single sites, held by others." if held.any() else "")]
    if len(guided):
        notes.append(f"Guidance is for a fiscal year{calendar} and by the company's own definition; a quarter of it is drawn.")
    lanes = list(dict.fromkeys(events["program_id"].dropna())) + ([None] if events["program_id"].isna().any() else [])
    figure = picture(f"{found['name']}: {what}, {span(first, shown.max())}", as_of, notes, height=(6.2 if money else 4.2) + 0.18 * len(lanes))
    ratios = ([2.0 if len(spent) else 1.0] if money else []) + [3.0, 0.3 + 0.22 * len(lanes)]
    grid = figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios, squeeze=False)[:, 0]
    years(grid[-1], first, last)
    if money:
        _spending(grid[0], spent, guided, currency)
    _bars(grid[-2], events, places)
    _programmes(grid[-1], events, lanes)
    grid[-1].set_xlim(first, last)
    return figure


def _spending(axes: "Axes", spent: pd.DataFrame, guided: pd.DataFrame, currency: str) -> None:
    for row in spent.itertuples():  # one line for each quarter, so that a quarter that is missing is a gap
        (line,) = axes.plot([row.period_start, row.period_end], [row.amount / BILLION] * 2, color=SPENT, linewidth=2.2, solid_capstyle="butt")
        line.set_gid(f"capex:{row.fiscal_year}{row.fiscal_period}")
    for (year, own), rows in guided.groupby(["year", "own"], sort=False):
        style: dict[str, Any] = {"color": OWN_COLOUR if own else PALE, "linestyle": "-" if own else ":"}
        for i, row in enumerate(rows.itertuples()):
            until = rows["issued_date"].iloc[i + 1] if i + 1 < len(rows) else row.ends
            low, point, high = (number(v) / BILLION / 4 for v in (row.low, row.point, row.high))
            if low < high:
                band = axes.fill_between([row.issued_date, until], low, high, color=style["color"], alpha=0.3, linewidth=0)
                band.set_gid(f"guidance:{row.guidance_id}:range")
            stated = point if point == point else float("nan") if low < high else low if low == low else high
            if stated == stated:  # of a range no middle is stated, and none is drawn
                (line,) = axes.plot([row.issued_date, until], [stated] * 2, linewidth=1.1, **style)
                line.set_gid(f"guidance:{row.guidance_id}")
                axes.plot(row.issued_date, stated, "o" if own else "D", ms=3.2, mfc=style["color"] if own else "white", mec=style["color"], mew=0.9)
        if own:
            top, end = stated if stated == stated else high, min(rows["ends"].iloc[-1], dates.num2date(axes.get_xlim()[1]).replace(tzinfo=None))
            over = spent.loc[spent["period_end"].sub(end).abs() < pd.Timedelta(days=45), "amount"].astype(float) / BILLION - top
            side = -1 if over.between(0, 0.08 * axes.get_ylim()[1]).any() else 1  # below, where what was spent runs just above
            axes.annotate(year, (end, top), (-1, 2 * side), textcoords="offset points", ha="right", va="bottom" if side > 0 else "top", fontsize=7, color=OWN_COLOUR,
                          bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.4})  # fmt: skip
    axes.set_ylabel(f"capital spending,\n{SIGN.get(currency, currency)} bn per quarter")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,g}")
    handles = [Line2D([], [], color=SPENT, linewidth=2.2, label="capital spending in the quarter")] if len(spent) else []
    if guided["own"].any():
        handles.append(Line2D([], [], color=OWN_COLOUR, marker="o", ms=3.2, linewidth=1.1, label="company's guidance ÷ 4 (band: range)"))
    if not guided["own"].all():
        handles.append(Line2D([], [], color=PALE, marker="D", mfc="white", ms=3.2, linestyle=":", label="figure by others ÷ 4"))
    legend(axes, handles)


def _places(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> tuple[dict[str, float], pd.Timestamp]:
    """Where bars stand: on their day, or right of the one before that they would lie on; and where the time axis ends."""
    last += (last - first) * 0.03 + pd.Timedelta(days=20)
    places: dict[str, float] = {}
    for _ in range(3):  # a wider axis has wider bars, which may need more room again
        right, width = float("-inf"), (last - first).days / 72
        for row in events[events["jobs_basis"] == "reported"].itertuples():
            places[row.event_id] = right = max(dates.date2num(row.announced_date), right + width)
        last = max(last, pd.Timestamp(dates.num2date(right + width).date())) if places else last
    return places, last


def _bars(axes: "Axes", events: pd.DataFrame, places: dict[str, float]) -> None:
    first, last = axes.get_xlim()
    width = (last - first) / 72
    for row in events[events["event_id"].isin(list(places))].itertuples():
        low, point, high, net = map(number, (row.jobs_low, row.jobs, row.jobs_high, row.net_jobs))
        top = point if point == point else high if high == high else low
        x = places[row.event_id]
        look, bounded = STANCES[row.ai_stance], point != point
        only_reported = row.status in ("rumored", "reported")
        edge = PALE if row.ai_stance == "none" else look[0]
        bar(axes, x, top, ("none", look[1]), row.event_id, width=0.82 * width, edgecolor=edge if only_reported or net != top else INK,
            linestyle="--" if only_reported else "-", linewidth=1.1 if only_reported else 0.6)  # fmt: skip
        if net == net and net:
            bar(axes, x, net, look, f"{row.event_id}:net", width=0.82 * width, alpha=0.55 if bounded else 1)
        if low < high:
            whisker(axes, x, low, high, f"{row.event_id}:range")
        open_up, open_down = low == low and high != high, high == high and low != low
        if open_up or open_down:
            axes.plot(x, top, "^" if open_up else "v", color=INK, ms=3.6, gid=f"{row.event_id}:open")
        said = f"{low:,.0f}\N{EN DASH}{high:,.0f}" if bounded and low < high else f"{top:,.0f}"
        said = {"at_least": "\N{GREATER-THAN OR EQUAL TO} ", "up_to": "\N{LESS-THAN OR EQUAL TO} ", "about": "~ "}.get(str(row.jobs_qualifier), "") + said
        above = 6 if open_up or open_down or low < high else 3
        axes.annotate(said, (x, max(top, 0)), (0, above), textcoords="offset points", ha="center", va="bottom", rotation=90, fontsize=7)
    if not places:
        empty(axes, "no announcement with a number of jobs")
    else:
        axes.margins(y=0.22)
        axes.axhline(0, color=PALE, linewidth=0.8)
        thousands(axes)
    axes.set_ylabel("jobs announced")
    legend(axes, [key(STANCES[name], STANCES[name][2]) for name in between(STANCES, events.loc[events["event_id"].isin(list(places)), "ai_stance"])])


def _programmes(axes: "Axes", events: pd.DataFrame, lanes: list) -> None:
    programs = _catalog.read("programs").set_index("program_id")["label"]
    labels = []
    for y, lane in enumerate(lanes):
        rows = events[events["program_id"].isna() if lane is None else (events["program_id"] == lane).fillna(False)]
        if lane is not None:
            axes.plot([rows["announced_date"].min(), rows["announced_date"].max()], [y, y], color=INK, linewidth=1)
        for number_given, part in rows.groupby(rows["jobs_basis"] == "reported"):
            axes.plot(part["announced_date"], [y] * len(part), "o", ms=3.8, mec=INK, mew=0.8, mfc=INK if number_given else "white", linestyle="none",
                      gid=f"lane:{lane}:{'number' if number_given else 'no number'}")  # fmt: skip
        labels.append("single announcements" if lane is None else str(programs[lane]))
    axes.set_yticks(range(len(lanes)), ["\n".join(textwrap.wrap(label, 24)[:2]) for label in labels], fontsize=7)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    if (events["jobs_basis"] == "none").any():
        axes.set_xlabel("\N{WHITE CIRCLE} no number of jobs known: nothing drawn above", loc="right", fontsize=7)
    axes.grid(False)
