"""How pictures look, and what every one of them carries: a title that says what is shown, units, and its source."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

import numpy as np
import pandas as pd

try:
    import matplotlib as mpl
    from matplotlib import dates
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D  # noqa: F401 (used beside this module)
    from matplotlib.patches import Patch
    from matplotlib.ticker import FuncFormatter, MaxNLocator
except ImportError as missing:
    raise ImportError("Pictures need matplotlib: pip install 'layoffdata[plot]'", name=missing.name) from missing

from .. import _catalog, _library, resolve
from .._labels import STANCES  # noqa: F401 (used beside this module)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

AsOf: TypeAlias = str | pd.Timestamp | None
P = ParamSpec("P")
R = TypeVar("R")
SIGN = {"USD": "US$"}
BILLION = 1e9
INK, PALE = "#333333", "#8c8c8c"
SERIES = [("#0072b2", ""), ("#e69f00", "////"), ("#009e73", "\\\\\\\\"), ("#cc79a7", "xxxx"), ("#56b4e9", "...."), ("#d55e00", "----"), ("#f0e442", "++++"), ("#c8c8c8", "")]  # fmt: skip
STYLE: Any = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": PALE,
    "axes.labelcolor": INK, "axes.labelsize": 8.5, "axes.titlesize": 9, "axes.titlelocation": "left", "text.color": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.grid": True, "axes.grid.axis": "y", "grid.color": "#e6e6e6", "grid.linewidth": 0.6,
    "axes.axisbelow": True, "legend.frameon": False, "legend.fontsize": 7.5, "hatch.linewidth": 0.5, "lines.linewidth": 1.3,
}  # fmt: skip


class Picture(Figure):
    """A Figure that shows itself in a notebook without pyplot's global state, and whose SVG is text and the same every time."""

    def savefig(self, fname: Any, **options: Any) -> None:
        """As matplotlib's, with text kept as text in SVG, without the day of writing, and with fixed identifiers."""
        svg = options.get("format", str(fname).rpartition(".")[2]) == "svg"
        options.setdefault("metadata", {"Date": None} if svg else None)
        with mpl.rc_context({"svg.hashsalt": "layoffdata", "svg.fonttype": "none"}):
            super().savefig(fname, **options)

    def _repr_png_(self) -> bytes:
        from io import BytesIO

        self.savefig(out := BytesIO(), format="png", dpi=110)
        return out.getvalue()


def picture(title: str, as_of: Any, notes: Sequence[str] = (), width: float = 9, height: float = 5) -> Picture:
    """An empty figure with its title and, below, its notes and its source."""
    package = _catalog.descriptor()
    known = f"as known on {_library.day(as_of).date()}" if as_of is not None else f"evidence reviewed through {package['reviewed_through']}"
    source = f"Source: {package['name']} {package['version']} (CC BY 4.0), {known}."
    figure = Picture(figsize=(width, height), dpi=100, layout="constrained", facecolor="white")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    figure.supxlabel("\n".join([*notes, source]), x=0.01, ha="left", fontsize=7, color="#595959", linespacing=1.4)
    return figure


def legend(axes: "Axes", handles: Sequence[Any], columns: int = 6) -> None:
    """Above the axes, so that it hides nothing."""
    axes.legend(handles=list(handles), loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, columnspacing=1.4, handlelength=1.6)


def key(look: tuple, label: str, hollow: bool = False) -> Patch:
    return Patch(facecolor="none" if hollow else look[0], edgecolor=INK, hatch=look[1], linewidth=0.5, label=label)


def bar(axes: "Axes", x: float, height: float, look: tuple, gid: str, *, bottom: float = 0, width: float = 0.8, **options: Any) -> None:
    """One bar that can be found again by its identifier, in the figure and in the SVG."""
    looks: Any = {"edgecolor": INK, "linewidth": 0.5} | options
    (drawn,) = axes.bar(x, height, width, bottom, color=look[0], hatch=look[1], **looks)
    drawn.set_gid(gid)


def whisker(axes: "Axes", x: float, low: float, high: float, gid: str, colour: str = INK, width: float = 0.9) -> None:
    """The range of a figure as a thin line with caps, with a white rim that sets it off from what is behind."""
    for rim, ink in ((0.8, "white"), (0, colour)):
        drawn = axes.errorbar(x, low, yerr=np.array([[0], [high - low]]), color=ink, linewidth=width + rim, capsize=2.2 + rim / 2, capthick=width + rim)
    drawn[2][0].set_gid(gid)


def thousands(axes: "Axes") -> None:
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))


def years(axes: "Axes", first: pd.Timestamp, last: pd.Timestamp) -> None:
    """A time axis of years, with ticks for quarters where there is room."""
    axes.set_xlim(dates.date2num(first), dates.date2num(last))
    if (last - first).days > 900:
        axes.xaxis.set_major_locator(dates.YearLocator())
        axes.xaxis.set_minor_locator(dates.MonthLocator((4, 7, 10)))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%Y"))
    else:
        axes.xaxis.set_major_locator(dates.AutoDateLocator(minticks=3, maxticks=7, interval_multiples=False))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%b %Y" if (last - first).days > 100 else "%d %b %Y"))


def empty(axes: "Axes", text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color="#595959", style="italic")
    axes.grid(False)
    axes.set_yticks([])


def number(value: Any) -> float:
    """A figure for drawing; nan, which draws nothing, if it is missing."""
    return float("nan") if pd.isna(value) else float(value)


def between(names: Mapping[str, tuple], present: Any) -> list[str]:
    """Those that are present, in the order of `names`."""
    there = set(present)
    return [name for name in names if name in there]


def styled(function: Callable[P, R]) -> Callable[P, R]:
    """Draws in our style and leaves the user's as it is."""

    @wraps(function)
    def drawn(*args: P.args, **options: P.kwargs) -> R:
        with mpl.rc_context(STYLE):
            return function(*args, **options)

    return drawn


def known(as_of: AsOf) -> dict[str, pd.DataFrame]:
    """The curated tables as they could be known that day, every vintage."""
    return resolve.known(_library._sources_of("company_quarters"), None if as_of is None else _library.day(as_of))


def spending(tables: Mapping[str, pd.DataFrame], company_id: str, currency: str) -> pd.DataFrame:
    """Cash purchases of property and equipment by an employer, as last filed, with the `amount` in units of the currency."""
    rows = resolve.in_force(tables["capex"], "capex", tables["sources"])
    rows = rows[(rows["company_id"] == company_id) & (rows["definition"] == "cash_ppe") & (rows["currency"] == currency)]
    return rows.assign(amount=rows["amount_usd"].fillna(rows["amount_local"]))


def currency_of(tables: Mapping[str, pd.DataFrame], company_id: str) -> str:
    """The currency in which an employer's capital spending is drawn: US dollars if it gave guidance in them or has none, else that of its guidance."""
    rows = tables["capex_guidance"]
    given = rows.loc[rows["company_id"] == company_id, "currency"].value_counts()
    return "USD" if given.empty or given.get("USD", 0) else str(given.index[0])


def span(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return str(first.year) if first.year == last.year else f"{first.year}\N{EN DASH}{last.year}"
