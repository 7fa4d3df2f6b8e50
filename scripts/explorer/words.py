"""Numbers, days and closed lists in words: uncertain numbers look uncertain, and what is unknown is never zero."""

import re

import pandas as pd
from markupsafe import Markup, escape

from layoffdata import _labels
from layoffdata.conflicts import _said

BILLION = 1e9
CONFLICTS = {
    "jobs_disagree": "Jobs disagree", "share_arithmetic": "Share does not fit the headcount", "share_base": "One share of two different wholes",
    "guidance_year": "Guidance moved into another year", "guidance_disagree": "Guidance disagrees", "capex_disagree": "Capital spending restated",
    "date_disagree": "Dates disagree",
}  # fmt: skip


def number(value: object) -> str:
    """A whole number with thousands, empty if it is missing."""
    return "" if pd.isna(value) else f"{int(value):,}".replace("-", "\N{MINUS SIGN}")


def decimal(value: object) -> str:
    return "" if pd.isna(value) else f"{float(value):,.12g}".replace("-", "\N{MINUS SIGN}")


def millions(value: object) -> str:
    """Money in millions, every digit kept."""
    return "" if pd.isna(value) else decimal(int(value) / 1e6)


def billions(value: object) -> str:
    """Money in billions, every digit kept."""
    return "" if pd.isna(value) else decimal(int(value) / BILLION)


def amount(row) -> int:
    """Capital spending in the currency in which it was reported."""
    return int(row.amount_local if pd.isna(row.amount_usd) else row.amount_usd)


def hedged(low: object, high: object, qualifier: object) -> str:
    """A figure as its source hedges it, in the words of `layoffdata.evidence`; empty without one."""
    if pd.isna(qualifier):
        return ""
    return _said(*([float("nan") if value is None or pd.isna(value) else float(value)] for value in (low, high)), [str(qualifier)])[0]


def guided(row) -> str:
    """Guidance in billions, as it was hedged, with its currency."""
    low, high = (row.point if pd.isna(bound) else bound for bound in (row.low, row.high))
    return f"{hedged(*(None if pd.isna(bound) else bound / BILLION for bound in (low, high)), row.qualifier)} {row.currency}"


def span(low: object, point: object, high: object, open_ended: bool = False) -> str:
    """A sum with its range; empty if nothing is known."""
    if pd.isna(point):
        return ""
    low, high = (point if pd.isna(bound) else bound for bound in (low, high))
    more = " or more" if open_ended else ""
    if low == high:
        return number(point) + more
    return f"{number(point)} ({number(low)} to {number(high)}{more})"


def added(low: object, point: object, high: object) -> str:
    """What an announcement adds to sums, with what is open left open; empty if it adds to none."""
    if pd.isna(point):
        return ""
    if pd.isna(low) and not pd.isna(high):
        return f"up to {number(high)}"
    if pd.isna(high) and not pd.isna(low):
        return f"at least {number(low)}"
    if not pd.isna(low) and low == point and high > low:
        return f"{number(low)} to {number(high)}"
    return span(low, point, high)


def day(value: object, precision: object = "day") -> str:
    """A day as ISO text, the month only where no more is known; empty if it is missing."""
    if pd.isna(value):
        return ""
    return pd.Timestamp(value).strftime("%Y-%m" if precision == "month" else "%Y-%m-%d")


def month(text: str) -> str:
    return pd.Period(text, "M").strftime("%B %Y")


def plain(value: object) -> str:
    """A value of a closed list as words."""
    return "" if pd.isna(value) else str(value).replace("_", " ")


def said(statement: str) -> str:
    """A statement of `layoffdata.evidence`, with the values of closed lists as words."""
    return re.sub(r"\bai\b", "AI", statement.replace("_", " "))


def sector(code: object) -> str:
    return _labels.SECTORS[str(code)]


def stance(name: object) -> str:
    return _labels.STANCES[str(name)][2]


def conflict(kind: object) -> str:
    return CONFLICTS.get(str(kind), plain(kind).capitalize())


def marked(text: str) -> Markup:
    """Text of the descriptor, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def count(n: int, one: str, many: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def size(content: int) -> str:
    return f"{content / 1e6:,.1f} MB" if content >= 1e6 else f"{max(content / 1e3, 0.1):,.{0 if content >= 1e4 else 1}f} kB"
