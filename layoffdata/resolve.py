"""From many reports to one honest number: pure functions, used by the build and by `as_of`.

Method: the "Rules of resolution" in the README. Everything is vectorised over whole columns; the order
of rows never matters. `tables` is a mapping from table name to DataFrame with the dtypes of `load`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]

RANK = {
    "company_statement": 0, "regulatory_filing": 0, "government_record": 0, "news_agency": 1, "newspaper": 2,
    "broadcaster": 2, "trade_press": 3, "magazine": 3, "aggregator": 4, "blog": 5,
}  # fmt: skip
OFFICIAL, REPUTABLE = 0, 3  # highest rank number that is official, and that counts as a reputable publisher
STATUS_ORDER = ["rumored", "reported", "confirmed", "filed", "partly_executed", "executed", "cancelled"]
COUNTS = {
    "confirmed": ["confirmed", "filed", "partly_executed", "executed"],
    "reported": ["reported", "confirmed", "filed", "partly_executed", "executed"],
    "rumored": ["rumored", "reported", "confirmed", "filed", "partly_executed", "executed"],
}
AI_REASONS = ["ai_automation", "ai_investment_shift"]
EMPLOYER_VOICES = ["company", "executive", "spokesperson", "filing"]
AI_STANCES = np.array(["none", "media_only", "denied", "investment", "stated", "contested"], dtype=object)
# Staff numbers are published once a year; two years bridge one missed report, more would be another company.
MAX_HEADCOUNT_AGE = np.timedelta64(731, "D")
# Which date must have come, beside the publication of the source, for a row to be known.
KNOWN_BY = {
    "layoff_reports": None, "layoff_units": None, "layoff_status": "date", "layoff_reasons": "said_date",
    "capex": "filed_date", "capex_guidance": "issued_date", "headcount": "as_of_date", "indicators": "vintage_date",
}  # fmt: skip


def days(series: pd.Series) -> np.ndarray:
    """Dates as numpy days, NaT where missing."""
    return series.to_numpy(dtype="datetime64[D]")


def codes(series: pd.Series, order: list[str]) -> np.ndarray:
    """Position of each value in `order`; -1 where missing or not listed."""
    return pd.Index(order).get_indexer(pd.Index(series.astype(object)))


def locate(keys: pd.Series, index: pd.Series) -> np.ndarray:
    """Row of each key in `index`; -1 where missing."""
    return pd.Index(index).get_indexer(pd.Index(keys))


def first_per_group(group: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """Positions of the first row of each group when sorted by `keys`, most important first."""
    order = np.lexsort((*reversed(keys), group))
    sorted_group = group[order]
    return order[np.r_[True, sorted_group[1:] != sorted_group[:-1]]] if len(order) else order


# ---------------------------------------------------------------------------------------------- point in time
def known(tables: Tables, as_of: pd.Timestamp | None) -> dict[str, pd.DataFrame]:
    """The tables as they could be known at the end of the day `as_of`; all of them without it.

    A row is known once its source is published and what it tells has happened. An announcement is known once
    any of its reports or statuses is; if only a leak is known by then, its date is that of the leak.
    """
    out = dict(tables)
    if as_of is None:
        return out
    day = np.datetime64(as_of, "D")
    sources = tables["sources"]
    out["sources"] = sources[days(sources["published_date"]) <= day]
    for name, column in KNOWN_BY.items():
        if name in tables:
            frame = tables[name]
            keep = locate(frame["source_id"], out["sources"]["source_id"]) >= 0
            if column:
                keep &= days(frame[column]) <= day
            out[name] = frame[keep]
    if "programs" in tables:
        out["programs"] = tables["programs"][days(tables["programs"]["started_date"]) <= day]
    if "announcements" in tables:
        out["announcements"] = _known_announcements(tables["announcements"], out, day)
    return out


def _known_announcements(events: pd.DataFrame, out: Tables, day: np.datetime64) -> pd.DataFrame:
    mentioned = pd.concat([out["layoff_reports"]["event_id"], out["layoff_status"]["event_id"]])
    events = events[locate(events["event_id"], mentioned.drop_duplicates()) >= 0].copy()
    ahead = days(events["announced_date"]) > day
    if ahead.any():
        leak = events["first_reported_date"].where(events["first_reported_date"] <= pd.Timestamp(day), pd.Timestamp(day))
        events["announced_date"] = events["announced_date"].mask(ahead, leak)
        for column in ("internal_search_days", "severance_weeks_min"):
            events[column] = events[column].mask(ahead)
    unknown = (locate(events["related_event_id"], events["event_id"]) < 0) & events["related_event_id"].notna().to_numpy()
    if unknown.any():
        events["related_event_id"] = events["related_event_id"].mask(unknown)
        events["relation"] = events["relation"].mask(unknown, "new")
    return events


def in_force(frame: pd.DataFrame, name: str, sources: pd.DataFrame) -> pd.DataFrame:
    """The vintage in force among known rows: the last filing of a period, the last guidance for a year, the last
    vintage of a month. Guidance of the company and figures that others put into its mouth are kept apart."""
    if not len(frame) or name not in ("capex", "capex_guidance", "indicators"):
        return frame
    by = {
        "capex": ["company_id", "fiscal_year", "fiscal_period", "definition"],
        "capex_guidance": ["company_id", "fiscal_year"],
        "indicators": ["series_id", "period"],
    }[name]
    keys = [frame[column] for column in by]
    if name == "capex_guidance":
        keys.append(frame["speaker"].isin(["company", "executive"]))
    group = pd.MultiIndex.from_arrays([pd.factorize(key)[0] for key in keys]).factorize()[0]
    rank = source_rank(frame, sources)
    newest = -days(frame[KNOWN_BY[name]]).astype(np.int64)
    return frame.iloc[np.sort(first_per_group(group, newest, rank, np.arange(len(frame))))]


# ---------------------------------------------------------------------------------------------- headline figure
def source_rank(rows: pd.DataFrame, sources: pd.DataFrame) -> np.ndarray:
    """Rank of the source of each row: 0 official ... 5 blog."""
    rank = np.array([RANK[kind] for kind in sources["source_type"].astype(object)], dtype=np.int64)
    where = locate(rows["source_id"], sources["source_id"])
    if (where < 0).any():
        raise ValueError(f"source_id {rows['source_id'].iloc[int(np.argmax(where < 0))]!r} is not in the table sources")
    return rank[where]


def _headline(reports: pd.DataFrame, events: pd.Series, sources: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Best report of each event: highest rank, then latest published, then a point before a bound.

    Returns the row of each report in `events` and the reports themselves.
    """
    row = locate(reports["event_id"], events)
    reports, row = reports[row >= 0], row[row >= 0]
    published = days(sources["published_date"])[locate(reports["source_id"], sources["source_id"])]
    best = first_per_group(
        row, source_rank(reports, sources), -published.astype(np.int64), reports["point"].isna().to_numpy(),
        pd.factorize(reports["report_id"], sort=True)[0],
    )  # fmt: skip
    return row[best], reports.iloc[best]


def _evidence(rows: pd.DataFrame, events: pd.Series, sources: pd.DataFrame) -> pd.DataFrame:
    """Grade, number of documents and best document of each event, from (event_id, source_id) pairs."""
    n = len(events)
    pairs = rows[["event_id", "source_id"]].drop_duplicates()
    row = locate(pairs["event_id"], events)
    pairs, row = pairs[row >= 0], row[row >= 0]
    rank = source_rank(pairs, sources)
    where = locate(pairs["source_id"], sources["source_id"])
    publisher = pd.factorize(sources["publisher"].str.casefold())[0][where]
    reputable = rank <= REPUTABLE
    distinct = np.unique(np.c_[row[reputable], publisher[reputable]], axis=0)[:, 0] if reputable.any() else []
    publishers = np.bincount(np.asarray(distinct, dtype=np.int64), minlength=n)
    official = np.bincount(row[rank == OFFICIAL], minlength=n) > 0
    published = days(sources["published_date"])[where]
    best = first_per_group(row, rank, -published.astype(np.int64), pd.factorize(pairs["source_id"], sort=True)[0])
    out = pd.DataFrame({
        "grade": np.select([official, publishers >= 2, publishers == 1], ["A", "B", "C"], "D"),
        "count": np.bincount(row, minlength=n),
        "best": pd.Series(pd.NA, index=range(n), dtype=object),
    })  # fmt: skip
    out.loc[row[best], "best"] = pairs["source_id"].iloc[best].to_numpy(dtype=object)
    return out


def bounds(reports: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Low, point and high of reports as floats; a stated point is its own bounds."""
    low, point, high = (reports[c].to_numpy(dtype=float, na_value=np.nan) for c in ("low", "point", "high"))
    return np.where(np.isnan(point), low, point), point, np.where(np.isnan(point), high, point)


def figure(low: np.ndarray, point: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The one figure that counts: the point, else the stated lower bound, else the stated upper bound."""
    return np.where(~np.isnan(point), point, np.where(~np.isnan(low), low, high))


def current_status(status: pd.DataFrame, events: pd.Series) -> np.ndarray:
    """Furthest step of each event by date; `reported` where only a report is known."""
    row = locate(status["event_id"], events)
    status, row = status[row >= 0], row[row >= 0]
    step = codes(status["status"], STATUS_ORDER)
    last = first_per_group(row, -days(status["date"]).astype(np.int64), -step)
    out = np.full(len(events), STATUS_ORDER.index("reported"))
    out[row[last]] = step[last]
    return np.array(STATUS_ORDER, dtype=object)[out]


def ai_stance(reasons: pd.DataFrame, events: pd.Series) -> np.ndarray:
    """What the employer said of artificial intelligence as a reason, per event."""
    n = len(events)
    about_ai = reasons["reason"].isin(AI_REASONS).to_numpy()
    reasons = reasons[about_ai]
    row = locate(reasons["event_id"], events)
    employer = reasons["speaker"].isin(EMPLOYER_VOICES).to_numpy()

    def any_of(mask: np.ndarray) -> np.ndarray:
        return np.bincount(row[mask & (row >= 0)], minlength=n) > 0

    states = (reasons["stance"] == "states").to_numpy()
    denied = any_of(employer & (reasons["stance"] == "denies").to_numpy())
    qualified = any_of(employer & (reasons["stance"] == "qualifies").to_numpy())
    automation = any_of(employer & states & (reasons["reason"] == "ai_automation").to_numpy())
    investment = any_of(employer & states & (reasons["reason"] == "ai_investment_shift").to_numpy())
    said = automation | investment
    conditions = [said & denied, automation, investment, denied, qualified, any_of(~employer & states)]
    choices = ["contested", "stated", "investment", "denied", "contested", "media_only"]
    return np.select(conditions, choices, "none").astype(object)


def headcount_before(headcount: pd.DataFrame, company: pd.Series, scope: np.ndarray, date: np.ndarray, sources: pd.DataFrame):
    """Headcount of the scope nearest before each date (NaN if none within two years) and its day."""
    heads = headcount[headcount["scope"].isin(["total", "corporate"])]
    employees = heads["employees"].to_numpy(dtype=float, na_value=np.nan)
    uniques = pd.Index(company).unique()
    scopes = ["total", "corporate"]
    group = uniques.get_indexer(pd.Index(heads["company_id"])) * 2 + codes(heads["scope"], scopes)
    rank = source_rank(heads, sources)
    asked = uniques.get_indexer(pd.Index(company)) * 2 + codes(pd.Series(scope), scopes)
    span = np.int64(1_000_000)  # days since 1970 stay well below, so group and day make one sortable key
    # The best-ranked figure of a day comes last, so that a search from the right finds it.
    order = np.lexsort((employees, -rank, days(heads["as_of_date"]), group))
    key = (group * span + days(heads["as_of_date"]).astype(np.int64))[order]
    at = np.searchsorted(key, asked * span + date.astype(np.int64), side="right") - 1
    value, day = np.full(len(date), np.nan), np.full(len(date), np.datetime64("NaT"), dtype="datetime64[D]")
    if len(key):
        pick = order[np.maximum(at, 0)]
        found_day = days(heads["as_of_date"])[pick]
        ok = (at >= 0) & (group[pick] == asked) & (date - found_day <= MAX_HEADCOUNT_AGE)
        value[ok], day[ok] = employees[pick][ok], found_day[ok]
    return value, day


# ---------------------------------------------------------------------------------------------- net jobs
def net_jobs(events: pd.DataFrame, counted: np.ndarray, low: np.ndarray, point: np.ndarray, high: np.ndarray):
    """Jobs that each announcement adds, as floats (low, point, high); NaN where not counted or without figure.

    Announcements that replace each other form a chain in order of date: each adds the difference to the one
    before. What is part of a chain adds only what goes beyond the chain's last total. Parts of parts are taken
    from the inside out. An announcement that is not counted is passed over.
    """
    n = len(events)
    related = locate(events["related_event_id"], events["event_id"])
    relation = events["relation"].astype(object).to_numpy()
    related = np.where(relation == "new", -1, related)
    depth = _depth(related, events["event_id"])
    fig = figure(low, point, high)
    counted = counted & ~np.isnan(fig)
    value = np.vstack([np.where(np.isnan(low), 0.0, low), fig, np.where(np.isnan(high), fig, high)])
    when = np.lexsort((pd.factorize(events["event_id"], sort=True)[0], days(events["announced_date"])))
    order = np.empty(n, dtype=np.int64)
    order[when] = np.arange(n)

    chain = np.where((relation == "replaces") & (related >= 0), related, np.arange(n))
    while (chain[chain] != chain).any():
        chain = chain[chain]
    members = np.flatnonzero(counted)
    members = members[np.lexsort((order[members], chain[members]))]
    same = np.r_[False, chain[members][1:] == chain[members][:-1]] if len(members) else np.zeros(0, dtype=bool)
    before = np.zeros((3, len(members)))
    before[:, 1:] = value[:, members][:, :-1]
    # Interval arithmetic: the lower bound of a difference takes away the upper bound of what it replaces.
    amount = np.full((3, n), np.nan)
    amount[:, members] = value[:, members] - np.where(same, before[::-1], 0.0)
    cap = np.zeros((3, n))
    cap[:, chain[members]] = value[:, members]  # sorted by order, so the last of a chain remains
    alive = np.zeros(n, dtype=bool)
    alive[chain[members]] = True

    parent = np.where((related >= 0) & (relation == "part_of"), chain[np.maximum(related, 0)], -1)
    anchor = parent[chain]
    while (skip := (anchor >= 0) & ~alive[np.maximum(anchor, 0)]).any():
        anchor = np.where(skip, parent[np.maximum(anchor, 0)], anchor)
    inner = np.where(counted, anchor, -1)
    while (inner >= 0).any():
        active = np.flatnonzero(inner >= 0)
        deepest = depth[inner[active]].max()
        active = active[depth[inner[active]] == deepest]
        active = active[np.lexsort((order[active], inner[active]))]
        group = inner[active]
        start = np.r_[True, group[1:] != group[:-1]]
        total = np.cumsum(amount[:, active], axis=1)
        base = (total - amount[:, active])[:, start][:, np.cumsum(start) - 1]
        total -= base
        beyond = np.maximum(total - cap[::-1][:, group], 0.0)
        previous = np.maximum(total - amount[:, active] - cap[::-1][:, group], 0.0)
        amount[:, active] = beyond - previous
        inner[active] = anchor[group]
    amount[0] = np.fmin(amount[0], amount[1])
    amount[2] = np.fmax(amount[2], amount[1])
    amount[0, np.isnan(low)] = np.nan
    amount[2, np.isnan(high)] = np.nan
    return amount[0], amount[1], amount[2]


def _depth(related: np.ndarray, ids: pd.Series) -> np.ndarray:
    """Steps from each event to the one that it finally rests on; a cycle is an error."""
    depth = np.where(related < 0, 0, -1)
    level = 0
    while (waiting := (depth < 0) & (depth[np.maximum(related, 0)] >= 0)).any():
        level += 1
        depth[waiting] = level
    if (depth < 0).any():
        raise ValueError(f"announcements relate to each other in a circle: {', '.join(ids[depth < 0])}")
    return depth


# ---------------------------------------------------------------------------------------------- the flat table
def layoffs(tables: Tables, as_of: pd.Timestamp | None = None, count: str = "confirmed") -> pd.DataFrame:
    """One row per announcement with its resolved figures: the columns of the table `layoffs`."""
    tables = known(tables, as_of)
    events, sources = tables["announcements"], tables["sources"]
    events = events.sort_values("event_id", ignore_index=True)
    ids, n = events["event_id"], len(events)
    reports, status, reasons = tables["layoff_reports"], tables["layoff_status"], tables["layoff_reasons"]
    out = events.copy()
    companies = tables["companies"]
    company = locate(events["company_id"], companies["company_id"])
    for column, source in {"company_name": "name", "ticker": "ticker", "country_code": "country_code", "sector": "sector"}.items():
        out[column] = companies[source].take(company).array

    is_jobs = (reports["measure"] == "jobs").to_numpy()
    row, best = _headline(reports[is_jobs], ids, sources)
    low, point, high = (np.full(n, np.nan) for _ in range(3))
    low[row], point[row], high[row] = bounds(best)
    qualifier, basis, best_source = (np.full(n, None, dtype=object) for _ in range(3))
    qualifier[row] = best["qualifier"].astype(object).to_numpy()
    best_source[row] = best["source_id"].to_numpy(dtype=object)
    basis[:] = "none"
    basis[row] = "reported"
    out["jobs_low"], out["jobs"], out["jobs_high"] = (_integers(x) for x in (low, point, high))
    out["jobs_qualifier"], out["jobs_basis"] = qualifier, basis

    out["status"] = current_status(status, ids)
    counted = out["status"].isin(COUNTS[count]).to_numpy() & (events["kind"] != "net_decline").to_numpy()
    net = net_jobs(events, counted, low, point, high)
    out["net_jobs_low"], out["net_jobs"], out["net_jobs_high"] = (_integers(x) for x in net)

    row, best = _headline(reports[~is_jobs], ids, sources)
    share = np.full(n, np.nan)
    share[row] = figure(*bounds(best))
    share_qualifier, base = (np.full(n, None, dtype=object) for _ in range(2))
    share_qualifier[row] = best["qualifier"].astype(object).to_numpy()
    base[row] = best["base"].astype(object).to_numpy()
    out["share_pct"], out["share_qualifier"], out["share_base"] = share, share_qualifier, base
    scope = np.where(base == None, "total", base)  # noqa: E711 - an elementwise comparison
    heads, _ = headcount_before(tables["headcount"], events["company_id"], scope, days(events["announced_date"]), sources)
    out["headcount_base"] = _integers(heads)
    out["share_pct_computed"] = np.round(100 * figure(low, point, high) / heads, 2)

    # The grade is about the figure: status documents count only where no document gives one.
    cited = pd.concat([reports[["event_id", "source_id"]], status[["event_id", "source_id"]]])
    with_figure = locate(ids, reports["event_id"].drop_duplicates()) >= 0
    figures, documents = _evidence(reports, ids, sources), _evidence(cited, ids, sources)
    out["evidence_grade"] = np.where(with_figure, figures["grade"], documents["grade"])
    out["source_count"] = documents["count"].astype("Int64").to_numpy()
    out["ai_stance"] = ai_stance(reasons, ids)
    best_source = np.where(best_source == None, documents["best"], best_source)  # noqa: E711
    out["best_source_id"] = best_source
    out["best_source_url"] = sources["url"].take(locate(out["best_source_id"], sources["source_id"])).array
    return out


def _integers(values: np.ndarray) -> pd.arrays.IntegerArray:
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int64), missing)
