"""Charts as numbers: where marks stand, across in percent of the width, down in pixels. A template draws them as SVG.

Since only positions across stretch with the page, letters and lines keep their size from a telephone to a wide screen.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

ABOVE, BELOW = 12, 20  # pixels kept free above and below the drawn area
Mark = dict[str, Any]


@dataclass
class Chart:
    """One panel: `text` is what a screen reader says of it."""

    unit: str
    text: str
    height: int
    years: list[tuple[float, float, str]]  # left, width and name of each year
    ticks: list[tuple[float, str]]
    zero: float | None
    marks: list[Mark] = field(default_factory=list)


def across(first: pd.Timestamp, last: pd.Timestamp) -> Callable[[Any], float]:
    """A function from days to percent of the width."""
    length = (last - first).days
    return lambda day: round(100 * (pd.Timestamp(day) - first).days / length, 2)


def years(first: pd.Timestamp, last: pd.Timestamp) -> list[tuple[float, float, str]]:
    """Where calendar years begin, how wide they are, and their names, cut short where there are many."""
    place = across(first, last)
    out = []
    for year in range(first.year, last.year + 1):
        left, right = max(place(f"{year}-01-01"), 0), min(place(f"{year + 1}-01-01"), 100)
        if right > left:
            out.append((left, round(right - left, 2), str(year) if last.year - first.year < 9 else f"\N{RIGHT SINGLE QUOTATION MARK}{year % 100:02}"))
    return out


def ladder(low: float, high: float, steps: int = 4) -> list[float]:
    """Round values from below `low` to above `high`."""
    rough = max(high - low, 1e-9) / steps
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * i for i in range(first, last + 1)]


def panel(unit: str, text: str, low: float, high: float, first: pd.Timestamp, last: pd.Timestamp, height: int, above: int = ABOVE, steps: int = 4) -> tuple[Chart, Callable[[float], float]]:  # fmt: skip
    """An empty panel and the function from values to pixels."""
    rungs = ladder(min(low, 0), max(high, 0) or 1, steps)
    bottom, top = rungs[0], rungs[-1]
    inner = height - above - BELOW

    def down(value: float) -> float:
        return round(above + inner * (top - value) / (top - bottom), 1)

    ticks = [(down(rung), f"{rung:,.12g}".replace("-", "\N{MINUS SIGN}")) for rung in rungs]
    return Chart(unit, text, height, years(first, last), ticks, down(0) if bottom < 0 else None), down


def rect(x: float, w: float, y1: float, y2: float, css: str, fill: str = "", title: str = "") -> Mark:
    return {"kind": "rect", "x": x, "w": round(w, 2), "y": min(y1, y2), "h": round(abs(y1 - y2), 1), "css": css, "fill": fill, "title": title}


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Mark:
    return {"kind": "line", "x1": x1, "y1": y1, "x2": x2, "y2": y2, "css": css}


def symbol(x: float, y: float, shape: str, css: str, title: str = "") -> Mark:
    return {"kind": "use", "x": x, "y": y, "shape": shape, "css": css, "title": title}


def label(x: float, y: float, text: str) -> Mark:
    """Words upwards from a point."""
    return {"kind": "label", "x": x, "y": y, "text": text, "css": "label"}


def loosen(marks: list[Mark], room: float = 5) -> None:
    """Mark labels that would run into a higher one on a telephone, where `room` percent of the width is a line of text."""
    kept: list[float] = []
    for mark in sorted((mark for mark in marks if mark["kind"] == "label"), key=lambda mark: mark["y"]):
        if any(abs(mark["x"] - x) < room for x in kept):
            mark["css"] = "label tight"
        else:
            kept.append(mark["x"])
