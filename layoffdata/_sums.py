"""Sums without double counting, and their explanation."""

from typing import TYPE_CHECKING, Literal

from . import _catalog
from .errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

FREQUENCIES = {"year": "Y", "quarter": "Q", "month": "M"}
GROUPS = ["year", "quarter", "month", "sector", "country", "company", "reason", "ai_stance", "kind", "status"]
Count = Literal["confirmed", "reported", "rumored"]


def totals(
    *, by: "str | list[str] | None" = None, freq: str | None = None, as_of: "str | pd.Timestamp | None" = None, count: Count = "confirmed"
) -> "pd.DataFrame":
    """Jobs announced, counted once, with their uncertainty.

    Parameters
    ----------
    by
        One or more of year, quarter, month, sector, country, company, reason, ai_stance, kind, status.
    freq
        year, quarter or month: the same as that name first in `by`.
    as_of
        The sums as they could be known that day; see `load`.
    count
        Which announcements count: ``confirmed`` (confirmed by the employer, filed or executed), ``reported`` (also what
        reputable publications report), ``rumored`` (also rumours). Cancelled ones and net declines never count.

    Returns
    -------
    DataFrame indexed by the groups (one row without `by`): low, point, high (jobs, Int64: sums of `net_jobs_*`; where
    only one bound is stated it stands for the point, an open lower end adds nothing to low, an open upper end adds
    the stated bound to high), events (announcements counted), events_without_figure (of them without any number, which
    add to no sum), events_open_ended (with no upper bound, so that high is itself a lower bound). Groups without any
    figure are missing, not zero. With ``reason`` an announcement stands under each reason stated: those rows overlap.

    Notes
    -----
    The sums are of the announcements in the data, not of all announcements: a lower bound for what employers announced. Only for the
    employers and years in the table ``coverage`` does a missing announcement mean that a search brought none; for all others
    nothing follows from it, so that a rise from one year to the next may be a rise of attention. Compare years within the employers covered.

    Raises
    ------
    UnknownName
        An unknown group, frequency or way to count.

    Examples
    --------
    >>> import layoffdata
    >>> int(layoffdata.totals(by="company", as_of="2026-02-01").loc["amazon", "events"]) > 2
    True
    """
    from .resolve import COUNTS

    keys = [by] if isinstance(by, str) else list(by or [])
    if freq is not None:
        if freq not in FREQUENCIES:
            raise UnknownName("frequency", freq, list(FREQUENCIES), "Leave it out for no split by time.")
        keys = [freq, *[key for key in keys if key != freq]]
    for key in keys:
        if key not in GROUPS:
            raise UnknownName("group", key, GROUPS, "See layoffdata.totals.")
    if count not in COUNTS:
        raise UnknownName("way to count", count, list(COUNTS), "See layoffdata.totals.")
    events, reasons = _resolved(as_of, count)
    events = events[is_counted(events, count)]
    for name, period in FREQUENCIES.items():
        events = events.assign(**{name: events["announced_date"].dt.to_period(period).astype(str)})
    events = events.assign(country=events["country_code"], company=events["company_id"])
    for key in ("sector", "ai_stance", "kind", "status"):
        events[key] = events[key].astype(str)
    if "reason" in keys:
        said = reasons.loc[reasons["stance"] == "states", ["event_id", "reason"]].drop_duplicates()
        events = events.merge(said.assign(reason=said["reason"].astype(str)), on="event_id", how="left")
        events["reason"] = events["reason"].fillna("none given")
    sums = added(events)
    if not keys:
        return sums.sum(min_count=1).to_frame().T.astype("Int64")
    return sums.groupby([events[key] for key in keys]).sum(min_count=1)


def is_counted(events: "pd.DataFrame", count: str = "confirmed") -> "pd.Series":
    """Whether each announcement enters sums: far enough in its life, not cancelled, and no net decline."""
    from .resolve import COUNTS

    return events["status"].isin(COUNTS[count]) & (events["kind"] != "net_decline")


def held_by_others(events: "pd.DataFrame") -> "pd.Series":
    """Whether each announcement is a part at a single site, such as a state's notice, that adds nothing to what it is a part of."""
    return (events["relation"] == "part_of") & (events["scope"] == "site") & (events["net_jobs"].fillna(0) == 0)


def added(events: "pd.DataFrame") -> "pd.DataFrame":
    """What each counted announcement adds to each column of `totals`."""
    import pandas as pd

    has_figure = events["net_jobs"].notna()
    return pd.DataFrame({
        "low": events["net_jobs_low"].mask(has_figure & events["net_jobs_low"].isna(), 0),
        "point": events["net_jobs"],
        "high": events["net_jobs_high"].fillna(events["net_jobs"]),
        "events": pd.array([1] * len(events), dtype="Int64"),
        "events_without_figure": (events["jobs_basis"] == "none").astype("Int64"),
        "events_open_ended": (has_figure & events["net_jobs_high"].isna()).astype("Int64"),
    })  # fmt: skip


def _resolved(as_of: "str | pd.Timestamp | None", count: str) -> "tuple[pd.DataFrame, pd.DataFrame]":
    from . import _library
    from .resolve import known, layoffs

    if as_of is None and count == "confirmed":
        return _catalog.read("layoffs"), _catalog.read("layoff_reasons")
    stamp = None if as_of is None else _library.day(as_of)
    tables = _library._sources_of("layoffs")
    return layoffs(tables, stamp, count), known(tables, stamp)["layoff_reasons"]


def explain(program_or_event: str, *, as_of: "str | pd.Timestamp | None" = None, count: Count = "confirmed") -> "pd.DataFrame":
    """What each announcement of a programme added to the sum, what it did not, and why.

    Given a programme, or an announcement: then all announcements that it is linked to, directly or by its programme.
    One row per announcement in order of date: event_id, announced_date, status, relation, related_event_id, jobs_low, jobs,
    jobs_high, jobs_qualifier, counted (bool), net_jobs_low, net_jobs, net_jobs_high (jobs), why (in words). The sum
    of `net_jobs` is what `totals` counts. Raises UnknownName if there is no such programme or announcement.

    >>> import layoffdata
    >>> int(layoffdata.explain("amazon-2025", as_of="2026-02-01")["net_jobs"].sum())
    30000
    """
    from .resolve import COUNTS

    if count not in COUNTS:
        raise UnknownName("way to count", count, list(COUNTS), "See layoffdata.totals.")
    events, _ = _resolved(as_of, count)
    chosen = set(events.loc[(events["event_id"] == program_or_event) | (events["program_id"] == program_or_event).fillna(False), "event_id"])
    if not chosen:
        known = sorted({*events["event_id"], *events["program_id"].dropna()})
        raise UnknownName("programme or announcement", program_or_event, known, "Identifiers stand in load('layoffs').")
    size = 0
    while len(chosen) > size:
        size = len(chosen)
        inside = events["event_id"].isin(chosen) | events["related_event_id"].isin(chosen)
        linked = events[inside]
        programs = linked["program_id"].dropna()
        chosen |= {*linked["event_id"], *linked["related_event_id"].dropna(), *events.loc[events["program_id"].isin(programs), "event_id"]}
    return explained(events[events["event_id"].isin(chosen)], count)


def explained(events: "pd.DataFrame", count: str = "confirmed") -> "pd.DataFrame":
    """The table that `explain` documents, of announcements that hold all that they are linked to."""
    from .resolve import COUNTS

    frame = events.sort_values(["announced_date", "event_id"], ignore_index=True)
    columns = ["event_id", "announced_date", "status", "relation", "related_event_id", "jobs_low", "jobs", "jobs_high", "jobs_qualifier"]
    out = frame[columns].assign(counted=is_counted(frame, count))
    for column in ("net_jobs_low", "net_jobs", "net_jobs_high"):
        out[column] = frame[column]
    by_id = frame.set_index("event_id")
    out["why"] = [_why(row, by_id, COUNTS[count]) for row in frame.itertuples()]
    return out


def _why(row, by_id: "pd.DataFrame", counts: list[str]) -> str:
    import pandas as pd

    if row.kind == "net_decline":
        return "not counted: a net decline of headcount is never added to announcements"
    if row.status == "cancelled":
        return "not counted: withdrawn"
    if row.status not in counts:
        return f"not counted: only {row.status}, never confirmed by the employer"
    if row.jobs_basis == "none":
        return "no number of jobs is known: it adds to no sum"
    if row.relation == "new":
        return "counted whole: stands alone"
    other = by_id.loc[row.related_event_id] if row.related_event_id in by_id.index else None
    verb = {"part_of": "part of", "replaces": "replaces"}[row.relation]
    name = f"{verb} {row.related_event_id}"
    whole = next((f for f in (row.jobs, row.jobs_low, row.jobs_high) if not pd.isna(f)), None)
    uncounted = other is None or other["status"] not in counts or other["kind"] == "net_decline"
    if uncounted and row.net_jobs == whole:
        return f"counted whole: {name}, which is not itself counted"
    if other is not None and other["jobs_basis"] == "none" and row.net_jobs == whole:
        return f"counted whole: {name}, of which no number is known"
    if row.relation == "replaces":
        return f"{name}: the difference between the two totals is counted"
    if row.net_jobs == 0:
        return f"{name}, which is counted and holds it: adds nothing"
    if row.net_jobs == whole:
        return f"{name}, whose total is already used up: counted whole"
    return f"{name}: only what goes beyond its total is counted"
