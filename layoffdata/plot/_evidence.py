"""Who said what, and when."""

import textwrap

import pandas as pd

from .. import _library, resolve
from ._figure import INK, Line2D, Picture, legend, mpl, picture, styled, years

RANKS = ["company, filing or government record", "news agency", "newspaper or broadcaster", "trade press or magazine", "aggregator", "blog"]
RANK_COLOURS = ["#08306b", "#2171b5", "#4292c6", "#7fb5da", "#b5cfe6", "#e3edf6"]
MARKERS = {"jobs": "o", "share_pct": "s", "status": "^", "reason": "D", "unit": "v"}


@styled
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
        lines = textwrap.wrap(text, 88, max_lines=2, placeholder=" \N{HORIZONTAL ELLIPSIS}")
        axes.text(1.01, y, "\n".join(lines), transform=axes.get_yaxis_transform(), va="center", fontsize=7 if len(lines) == 1 else 6, linespacing=1.1)
    axes.set_yticks(range(len(groups)), [publisher for (_, _, publisher), _ in groups], fontsize=7.5)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    first, last = rows["date"].min(), rows["date"].max()
    room = max(pd.Timedelta(days=2), (last - first) * 0.08)
    years(axes, first - room, last + room)
    axes.grid(axis="x")
    axes.grid(False, axis="y")
    names = {"jobs": "jobs", "share_pct": "share of staff", "status": "status", "reason": "reason", "unit": "unit"}
    marks: list = [
        Line2D([], [], marker=MARKERS[what], color="white", mec=INK, linewidth=0, label=names[what]) for what in MARKERS if what in set(rows["what"])
    ]
    ranks = [mpl.patches.Patch(facecolor=RANK_COLOURS[rank], edgecolor=INK, linewidth=0.5, label=RANKS[rank]) for rank in sorted(set(rows["rank"]))]
    blank = Line2D([], [], linewidth=0, label=" ")
    columns = max(len(marks), len(ranks))
    pairs = zip(marks + [blank] * (columns - len(marks)), ranks + [blank] * (columns - len(ranks)), strict=True)
    legend(axes, [handle for pair in pairs for handle in pair], columns)  # filled by column: marks above, ranks below
    return figure
