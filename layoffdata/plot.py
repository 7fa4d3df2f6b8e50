"""Pictures of the data: each function returns a matplotlib Figure. Needs `pip install 'layoffdata[plot]'`.

>>> import layoffdata.plot
>>> figure = layoffdata.plot.timeline("Amazon", as_of="2026-02-01")
>>> figure.savefig("amazon.png", dpi=200)  # doctest: +SKIP

What is filled was announced and counts; what is hollow does not count (only reported, withdrawn, or part of what is
counted elsewhere); a thin line is a range; an arrow is a bound without an other side; what is missing is not drawn.
"""

from collections.abc import Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import _catalog, _library, _sums, resolve
from ._figure import (
    CAPEX, GUIDANCE, INK, PALE, SERIES, STANCES, STYLE, Picture, bar, between, dates, empty, key, legend, mpl, number, picture, thousands, whisker, years,
)  # fmt: skip
from .errors import UnknownName

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AsOf = str | pd.Timestamp | None
OWN = ["company", "executive"]
BILLION = 1e9
NAICS = {
    "11": "agriculture", "21": "mining, oil and gas", "22": "utilities", "23": "construction", "31-33": "manufacturing", "42": "wholesale",
    "44-45": "retail", "48-49": "transport", "51": "information", "52": "finance", "53": "real estate", "54": "professional services",
    "55": "holding companies", "56": "administrative services", "61": "education", "62": "health care", "71": "arts and recreation",
    "72": "hotels and food", "81": "other services", "92": "public administration",
}  # fmt: skip
STACKS = ("ai_stance", "sector", "kind")
RANKS = ["company, filing or government record", "news agency", "newspaper or broadcaster", "trade press or magazine", "aggregator", "blog"]
RANK_COLOURS = ["#08306b", "#2171b5", "#4292c6", "#7fb5da", "#b5cfe6", "#e3edf6"]
MARKERS = {"jobs": "o", "share_pct": "s", "status": "^", "reason": "D", "unit": "v"}
NOT_COUNTED = "Hollow: adds nothing to the sum (only reported, withdrawn, or held by another announcement). Arrow: a bound, the other side is open."


def _styled(function):
    @wraps(function)
    def drawn(*args, **options):
        with mpl.rc_context(STYLE):
            return function(*args, **options)

    return drawn


def _known(as_of: AsOf) -> dict[str, pd.DataFrame]:
    return resolve.known(_library._sources_of("company_quarters"), None if as_of is None else _library.day(as_of))


def _span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return str(first.year) if first.year == last.year else f"{first.year}\N{EN DASH}{last.year}"


# ------------------------------------------------------------------------------------------------- one employer
@_styled
def timeline(company: str | int, *, as_of: AsOf = None) -> Picture:
    """Announcements of an employer in time, below what it spends on capital and said that it would spend.

    Jobs of each announcement as a bar (filled: what it adds to the sum, `net_jobs`), with bounds; AI stance by colour and
    hatch; programmes as lines below. Capital spending (cash purchases of property and equipment) in US dollars per quarter;
    guidance for a fiscal year divided by four, from the day it was issued until it was replaced. `company` is a name,
    alias, ticker or CIK; `as_of` as in `load`. Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.timeline("Volkswagen").get_suptitle()
    'Volkswagen: announced job cuts, 2021–2024'
    """
    found = _library.company(company)
    events = _library.load("layoffs", as_of=as_of)
    events = events[events["company_id"] == found["company_id"]].sort_values(["announced_date", "event_id"], ignore_index=True)
    tables = _known(as_of)
    spent = resolve.in_force(tables["capex"], "capex", tables["sources"])
    spent = spent[(spent["company_id"] == found["company_id"]) & (spent["definition"] == "cash_ppe") & (spent["fiscal_period"] != "FY")]
    guided = _guidance(tables, found)
    first = pd.Timestamp(f"{events['announced_date'].min().year}-01-01") if len(events) else min(spent["period_start"].min(), guided["issued_date"].min())
    spent = spent[spent["period_start"] >= first]
    guided = guided[guided["issued_date"] >= first]
    money = bool(len(spent) or len(guided))
    shown = pd.concat([events["announced_date"], spent["period_end"], guided["issued_date"]]).dropna()
    if not len(shown):
        figure = picture(f"{found['name']}: announced job cuts", as_of, height=2.5)
        empty(figure.subplots(), "nothing known of this employer")
        return figure
    places, last = _places(events, first, shown.max())
    what = "announced job cuts" + (", and capital spent" if len(spent) else ", and capital spending guidance" if money else "")
    notes = [NOT_COUNTED] + (["Guidance is for a fiscal year and by the company's own definition; a quarter of it is drawn."] if len(guided) else [])
    lanes = list(dict.fromkeys(events["program_id"].dropna())) + ([None] if events["program_id"].isna().any() else [])
    figure = picture(f"{found['name']}: {what}, {_span(first, shown.max())}", as_of, notes, height=(6.2 if money else 4.2) + 0.18 * len(lanes))
    ratios = ([2.0] if money else []) + [3.0, 0.3 + 0.22 * len(lanes)]
    grid = figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios, squeeze=False)[:, 0]
    years(grid[-1], first, last)
    if money:
        _spending(grid[0], spent, guided)
    _bars(grid[-2], events, places)
    _programmes(grid[-1], events, lanes)
    grid[-1].set_xlim(first, last)
    return figure


def _guidance(tables: dict[str, pd.DataFrame], found: pd.Series) -> pd.DataFrame:
    """Vintages of an employer in order, with the end of the fiscal year and the bounds, one row for each figure that was given on a day."""
    rows = tables["capex_guidance"]
    rows = rows[rows["company_id"] == found["company_id"]]
    month = 12 if pd.isna(found["fiscal_year_end_month"]) else int(found["fiscal_year_end_month"])
    begins = {"year": rows["fiscal_year"].astype("int64"), "month": month, "day": 1}
    rows = rows.assign(own=rows["speaker"].isin(OWN), ends=pd.to_datetime(pd.DataFrame(begins)) + pd.offsets.MonthEnd())
    rows = rows.drop_duplicates(["fiscal_year", "issued_date", "own", "low_usd", "point_usd", "high_usd"])
    return rows.sort_values(["fiscal_year", "issued_date", "guidance_id"], ignore_index=True)


def _spending(axes: "Axes", spent: pd.DataFrame, guided: pd.DataFrame) -> None:
    for row in spent.itertuples():  # one line for each quarter, so that a quarter that is missing is a gap
        (line,) = axes.plot([row.period_start, row.period_end], [row.amount_usd / BILLION] * 2, color=CAPEX, linewidth=2.2, solid_capstyle="butt")
        line.set_gid(f"capex:{row.fiscal_year}{row.fiscal_period}")
    for (year, own), rows in guided.groupby(["fiscal_year", "own"], sort=False):
        style: dict[str, Any] = {"color": GUIDANCE if own else PALE, "linestyle": "-" if own else ":"}
        for i, row in enumerate(rows.itertuples()):
            until = rows["issued_date"].iloc[i + 1] if i + 1 < len(rows) else row.ends
            low, point, high = (number(v) / BILLION / 4 for v in (row.low_usd, row.point_usd, row.high_usd))
            middle = point if point == point else low if low == low else high
            if low < high:
                axes.fill_between([row.issued_date, until], low, high, color=style["color"], alpha=0.28, linewidth=0)
            (line,) = axes.plot([row.issued_date, until], [middle] * 2, linewidth=1.1, **style)
            line.set_gid(f"guidance:{row.guidance_id}")
            axes.plot(row.issued_date, middle, "o" if own else "D", ms=3.2, mfc=style["color"] if own else "white", mec=style["color"], mew=0.9)
        if own:
            axes.annotate(f"FY{year}", (rows["issued_date"].iloc[-1], middle), (-4, 0), textcoords="offset points", ha="right", va="center", fontsize=7, color=GUIDANCE)
    axes.set_ylabel("capital spending,\nUS$ bn per quarter")
    axes.set_ylim(bottom=0)
    line = mpl.lines.Line2D
    handles = [line([], [], color=CAPEX, linewidth=2.2, label="capital spending in the quarter")] if len(spent) else []
    if guided["own"].any():
        handles.append(line([], [], color=GUIDANCE, marker="o", ms=3.2, linewidth=1.1, label="company's guidance ÷ 4 (band: range)"))
    if not guided["own"].all():
        handles.append(line([], [], color=PALE, marker="D", mfc="white", ms=3.2, linestyle=":", label="figure by others ÷ 4"))
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
        bar(axes, x, top, ("none", look[1]), row.event_id, width=0.82 * width, edgecolor=look[0] if only_reported or net != top else INK,
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
    axes.set_yticks(range(len(lanes)), ["\n".join(_wrap(label)) for label in labels], fontsize=7)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    if (events["jobs_basis"] == "none").any():
        axes.set_xlabel("\N{WHITE CIRCLE} no number of jobs known: nothing drawn above", loc="right", fontsize=7)
    axes.grid(False)


def _wrap(text: str, width: int = 24) -> list[str]:
    import textwrap

    return textwrap.wrap(text, width)[:2]


# ---------------------------------------------------------------------------------------------------- employers
@_styled
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
    notes = ["Net jobs: every job counted once; thin line: range; circle: announced without a number. Capital spending: cash purchases of property and equipment."]
    names = ", ".join(row["name"] for row in found) if len(found) < 4 else f"{len(found)} employers"
    title = f"{names}: jobs cut beside capital spent, by quarter, {_span(first, last - pd.Timedelta(days=5))}"
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


@_styled
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
        table = table[order[:6]].rename(columns=NAICS).assign(**({"other sectors": rest} if len(order) > 6 else {}))
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
    figure = picture(f"Jobs announced to be cut, by {freq}{stack}, {_span(first, last)}", as_of, notes, height=4.6)
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


# ------------------------------------------------------------------------------------------ vintages and evidence
@_styled
def guidance(company: str | int, *, as_of: AsOf = None) -> Picture:
    """What was said that a fiscal year's capital spending would be (US dollars), by day of saying, and what it was.

    A line runs from each vintage to the actual on the last day of that fiscal year. Ranges are thin lines; figures that
    others than the company gave are hollow and dotted. Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.guidance("AMZN").get_suptitle()
    'Amazon: capital spending guided and actual, fiscal 2024–2026'
    """
    found = _library.company(company)
    tables = _known(as_of)
    rows = _guidance(tables, found)
    if not len(rows):
        figure = picture(f"{found['name']}: capital spending guidance", as_of, height=2.5)
        empty(figure.subplots(), "no guidance in the data set")
        return figure
    spent = resolve.in_force(tables["capex"], "capex", tables["sources"])
    spent = spent[(spent["company_id"] == found["company_id"]) & (spent["definition"] == "cash_ppe") & (spent["fiscal_period"] == "FY")]
    actual = spent.set_index("fiscal_year")
    fiscal = sorted(set(rows["fiscal_year"]))
    span = f"{fiscal[0]}\N{EN DASH}{fiscal[-1]}" if len(fiscal) > 1 else str(fiscal[0])
    notes = ["Guidance by the company's own definition; actual: cash purchases of property and equipment, at the end of the fiscal year."]
    figure = picture(f"{found['name']}: capital spending guided{' and actual' if actual.index.isin(fiscal).any() else ''}, fiscal {span}", as_of, notes, height=4.8)
    axes = figure.subplots()
    line = mpl.lines.Line2D
    for i, year in enumerate(fiscal):
        colour, vintages = SERIES[:6][i % 6][0], rows[rows["fiscal_year"] == year]
        end = vintages["ends"].iloc[0]
        spend = number(actual.at[year, "amount_usd"]) / BILLION if year in actual.index else float("nan")
        for row in vintages.itertuples():
            low, point, high = (number(v) / BILLION for v in (row.low_usd, row.point_usd, row.high_usd))
            middle = point if point == point else (low + high) / 2 if low < high else low if low == low else high
            if spend == spend:
                axes.plot([row.issued_date, end], [middle, spend], color=colour, linewidth=0.8, linestyle="-" if row.own else ":", alpha=0.7)
            if low < high:
                whisker(axes, dates.date2num(row.issued_date), low, high, f"{row.guidance_id}:range")
            marker = "^" if low == low and high != high and point != point else "v" if high == high and low != low and point != point else "o"
            if point == point or marker != "o":  # of a range no middle is stated, and none is marked
                axes.plot(row.issued_date, middle, marker, ms=5.5, mec=colour, mew=1.2, mfc=colour if row.own else "white", gid=row.guidance_id)
            elif not row.own:
                axes.plot(row.issued_date, high, "o", ms=4, mec=colour, mfc="white", gid=row.guidance_id)
        if spend == spend:
            axes.plot(end, spend, "s", ms=6.5, color=colour, mec=INK, mew=0.8, gid=f"actual:{year}")
            axes.annotate(f"FY{year}: {spend:,.1f}", (end, spend), (6, 0), textcoords="offset points", va="center", fontsize=7.5, color=INK)
        else:
            axes.annotate(f"FY{year}", (vintages["issued_date"].iloc[-1], middle), (7, 0), textcoords="offset points", va="center", fontsize=7.5, color=INK)
    handles = [line([], [], color=INK, marker="o", ms=5, linewidth=0.8, label="guidance by the company"), line([], [], color=INK, marker="|", ms=8, linewidth=0, label="range, no point given")]
    if not rows["own"].all():
        handles.append(line([], [], color=INK, marker="o", mfc="white", ms=5, linestyle=":", linewidth=0.8, label="figure by others (media, analysts)"))
    if actual.index.isin(fiscal).any():
        handles.append(line([], [], color=INK, marker="s", ms=6, linewidth=0, label="actual of the fiscal year"))
    legend(axes, handles)
    axes.set_ylabel("capital spending of the fiscal year, US$ bn")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.04)
    ends = rows.loc[rows["fiscal_year"].isin(actual.index), "ends"]
    last = max([rows["issued_date"].max(), *ends])
    first = rows["issued_date"].min()
    years(axes, first - pd.Timedelta(days=40), last + max(pd.Timedelta(days=60), (last - first) * 0.13))
    axes.set_xlabel("day on which it was said")
    return figure


@_styled
def evidence(event_id: str) -> Picture:
    """Who reported, stated or denied what of an announcement or programme, and when: one row for each publisher and day.

    Rows stand in order of the rank of the source (shade), then of the day; the words are those of `layoffdata.evidence`.
    Raises UnknownName.

    >>> import layoffdata.plot
    >>> layoffdata.plot.evidence("amazon-2026-01-28").get_suptitle()
    'Who said what of amazon-2026-01-28, and when'
    """
    rows = _library.evidence(event_id)
    rows = rows[rows["what"].isin(list(MARKERS))].assign(rank=lambda frame: frame["source_type"].map(resolve.RANK))
    voice = rows["speaker_name"].fillna(rows["speaker"])
    rows["words"] = rows["statement"] + (" (" + voice + ")").fillna("")
    groups = list(rows.groupby(["rank", "date", "publisher"], sort=True))
    height = 1.5 + 0.235 * len(groups)
    figure = picture(f"Who said what of {event_id}, and when", None, ["Day of the statement; rows by rank of the source: the higher rank leads."], 10, height)
    axes = figure.subplots()
    for y, ((rank, day, _), part) in enumerate(groups):
        axes.axhspan(y - 0.5, y + 0.5, color="#f4f4f4" if rank % 2 else "white", zorder=0, linewidth=0)
        kinds = [what for what in MARKERS if what in set(part["what"])]
        for i, what in enumerate(kinds):  # side by side, since they were said on one day
            offset = mpl.transforms.ScaledTranslation((i - (len(kinds) - 1) / 2) * 0.085, 0, figure.dpi_scale_trans)
            axes.plot(day, y, MARKERS[what], ms=5.5, color=RANK_COLOURS[rank], mec=INK, mew=0.6, transform=axes.transData + offset, gid=f"{what}:{y}")
        units = ", ".join(part.loc[part["what"] == "unit", "statement"].str.removesuffix(" (press)").str.removesuffix(" (company)"))
        said = list(dict.fromkeys(part.loc[part["what"] != "unit", "words"].str.replace("_", " "))) + ([f"units: {units}"] if units else [])
        text = "; ".join(said)
        axes.text(1.01, y, text if len(text) < 88 else text[:86] + " \N{HORIZONTAL ELLIPSIS}", transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.set_yticks(range(len(groups)), [publisher for (_, _, publisher), _ in groups], fontsize=7.5)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    first, last = rows["date"].min(), rows["date"].max()
    room = max(pd.Timedelta(days=2), (last - first) * 0.08)
    years(axes, first - room, last + room)
    axes.grid(axis="x")
    axes.grid(False, axis="y")
    line = mpl.lines.Line2D
    names = {"jobs": "jobs", "share_pct": "share of staff", "status": "status", "reason": "reason", "unit": "unit"}
    handles = [line([], [], marker=MARKERS[what], color="white", mec=INK, linewidth=0, label=names[what]) for what in MARKERS if what in set(rows["what"])]
    handles += [mpl.patches.Patch(facecolor=RANK_COLOURS[rank], edgecolor=INK, linewidth=0.5, label=RANKS[rank]) for rank in sorted(set(rows["rank"]))]
    legend(axes, handles, 5)
    return figure
