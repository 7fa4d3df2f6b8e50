"""From many reports to one honest number: pure functions, used by the build and by `as_of`.

Method: the "Rules of resolution" in the README. Everything is vectorised over whole columns; the order
of rows never matters. `tables` is a mapping from table name to DataFrame with the dtypes of `load`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

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
STANCES = ["states", "denies", "qualifies"]
EMPLOYER_VOICES = ["company", "executive", "spokesperson", "filing"]
AI_STANCES = np.array(["none", "media_only", "denied", "investment", "stated", "contested"], dtype=object)
# Staff numbers are published once a year; two years bridge one missed report, more would be another company.
MAX_HEADCOUNT_AGE = np.timedelta64(731, "D")
FRESH = 31  # days within which a page may well have been read on the day of its publication
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
    if not isinstance(series.dtype, pd.CategoricalDtype):
        return locate(series, order)
    position = {value: i for i, value in enumerate(order)}
    lookup = np.array([*(position.get(value, -1) for value in series.cat.categories), -1])
    return lookup[series.cat.codes]  # a missing value has code -1, the last place


def locate(keys: pd.Series, index: pd.Series | list[str]) -> np.ndarray:
    """Row of each key in `index`; -1 where missing."""
    # In Arrow, where the strings already are: pandas would make a Python object of each.
    wanted, there = (pa.array(part, type=pa.large_string(), from_pandas=True) for part in (keys, index))
    return pc.index_in(wanted, value_set=there, skip_nulls=True).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def place(series: pd.Series) -> np.ndarray:
    """Place of each text in the sorted order, to break ties so that the order of rows never matters."""
    return pc.rank(pa.array(series, type=pa.large_string()), tiebreaker="first").to_numpy().astype(np.int64)


def publishers(sources: pd.DataFrame) -> np.ndarray:
    """A number for the publisher of each document: the same for names that differ by case only."""
    names = pc.utf8_lower(pa.array(sources["publisher"], type=pa.large_string()))
    return pc.index_in(names, value_set=pc.unique(names)).to_numpy(zero_copy_only=False).astype(np.int64)


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
        "capex_guidance": ["company_id", "fiscal_year", "year_basis"],
        "indicators": ["series_id", "period"],
    }[name]
    keys = [frame[column] for column in by]
    if name == "capex_guidance":
        keys.append(frame["speaker"].isin(["company", "executive"]))
    group = pd.MultiIndex.from_arrays([pd.factorize(key)[0] for key in keys]).factorize()[0]
    rank = source_rank(frame, sources)
    newest = -days(frame[KNOWN_BY[name]]).astype(np.int64)
    return frame.iloc[np.sort(first_per_group(group, newest, rank, np.arange(len(frame))))]


def stated(guidance: pd.DataFrame) -> pd.DataFrame:
    """Low, point and high of guidance in units of its `currency`, float64; nan where not stated."""
    return pd.DataFrame({b: guidance[f"{b}_usd"].fillna(guidance[f"{b}_local"]).astype("float64") for b in ("low", "point", "high")})


# ---------------------------------------------------------------------------------------------- headline figure
def source_rank(rows: pd.DataFrame, sources: pd.DataFrame) -> np.ndarray:
    """Rank of the source of each row: 0 official ... 5 blog."""
    return _rank(sources)[source_of(rows, sources)]


def _rank(sources: pd.DataFrame) -> np.ndarray:
    return np.array(list(RANK.values()))[codes(sources["source_type"], list(RANK))]


def source_of(rows: pd.DataFrame, sources: pd.DataFrame) -> np.ndarray:
    where = locate(rows["source_id"], sources["source_id"])
    if (where < 0).any():
        raise ValueError(f"source_id {rows['source_id'].iloc[int(np.argmax(where < 0))]!r} is not in the table sources")
    return where


def headline(reports: pd.DataFrame, row: np.ndarray, source: np.ndarray, sources: pd.DataFrame) -> np.ndarray:
    """Positions of the leading report of each event.

    Of the figures of the highest rank, the one that most reputable publishers give: a page that garbles the number or
    recalls it later does not outvote those who reported it. Among equals the less round number (1,254 before "more
    than 1,200", which retells it), then the one published last. Of that figure, the first report; of one day, the
    most careful wording ("up to" before "about" before none). A figure is the number, however hedged.
    A page that shows no day stands with the day of reading: that makes its figure no later than a dated one.
    `row` is the event of each report (-1 to leave it out), `source` the row of its document in `sources`.
    """
    at = np.flatnonzero(row >= 0)
    if not len(at):
        return at
    rank = _rank(sources)[source]
    top = np.full(row.max() + 1, len(RANK))
    np.minimum.at(top, row[at], rank[at])
    at = at[rank[at] <= np.maximum(top[row[at]], REPUTABLE)]
    published = days(sources["published_date"])
    day = published.astype(np.int64)[source[at]]
    first = np.full(len(top), np.iinfo(np.int64).max)
    np.minimum.at(first, row[at], day)
    undated = (published == days(sources["accessed_date"]))[source[at]] & (day - first[row[at]] > FRESH)
    low, point, high = bounds(reports.iloc[at])
    low, high = figure(low, point, high), figure(high, point, low)
    zeros = sum((low % 10**k == 0).astype(np.int64) for k in range(1, 7))
    roundness = np.where(low == high, zeros, 9)  # a range is never the finer number
    kind = codes(reports["base"].iloc[at], ["total", "corporate", "unit"])
    order = np.lexsort((high, low, kind, row[at]))
    columns = np.vstack([row[at], kind, low, high])[:, order]
    figure_of = np.empty(len(at), dtype=np.int64)
    figure_of[order] = np.cumsum(np.r_[False, (columns[:, 1:] != columns[:, :-1]).any(axis=0)])
    publisher = publishers(sources)
    voices = np.bincount(pd.unique(figure_of * len(publisher) + publisher[source[at]]) // len(publisher))
    latest = np.zeros(len(voices), dtype=np.int64)
    np.maximum.at(latest, figure_of, np.where(undated, 0, day))
    hedge = codes(reports["qualifier"].iloc[at], ["up_to", "at_least", "between", "about", "exact"])
    name = place(reports["report_id"].iloc[at])
    below = rank[at] > top[row[at]]
    return at[first_per_group(row[at], below, -voices[figure_of], roundness, -latest[figure_of], day, hedge, name)]


def _evidence(row: np.ndarray, source: np.ndarray, n: int, rank: np.ndarray, newest: np.ndarray, publisher: np.ndarray, name: np.ndarray):
    """Grade, number of documents and best document (its row in sources, or -1) of each of n events.

    `row` and `source` are the event and the document of each mention, the others describe each document.
    """
    row, source = np.divmod(pd.unique((row * len(rank) + source)[row >= 0]), len(rank))
    reputable = rank[source] <= REPUTABLE
    distinct = pd.unique(row[reputable] * len(rank) + publisher[source[reputable]]) // len(rank)
    publishers = np.bincount(distinct, minlength=n)
    official = np.bincount(row[rank[source] == OFFICIAL], minlength=n) > 0
    best = np.full(n, -1)
    first = first_per_group(row, rank[source], newest[source], name[source])
    best[row[first]] = source[first]
    grade = np.select([official, publishers >= 2, publishers == 1], ["A", "B", "C"], "D")
    return grade, np.bincount(row, minlength=n), best


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
    reasons = reasons[codes(reasons["reason"], AI_REASONS) >= 0]
    row = locate(reasons["event_id"], events)
    employer = codes(reasons["speaker"], EMPLOYER_VOICES) >= 0
    reason, stance = codes(reasons["reason"], AI_REASONS), codes(reasons["stance"], STANCES)

    def any_of(mask: np.ndarray) -> np.ndarray:
        return np.bincount(row[mask & (row >= 0)], minlength=n) > 0

    states = stance == STANCES.index("states")
    denied = any_of(employer & (stance == STANCES.index("denies")))
    qualified = any_of(employer & (stance == STANCES.index("qualifies")))
    automation = any_of(employer & states & (reason == AI_REASONS.index("ai_automation")))
    investment = any_of(employer & states & (reason == AI_REASONS.index("ai_investment_shift")))
    said = automation | investment
    conditions = [(said | qualified) & denied, automation, investment, denied, qualified, any_of(~employer & states)]
    choices = ["contested", "stated", "investment", "denied", "contested", "media_only"]
    return np.select(conditions, choices, "none").astype(object)


def headcount_before(headcount: pd.DataFrame, company: pd.Series, scope: np.ndarray, date: np.ndarray, sources: pd.DataFrame):
    """Headcount of the scope nearest before each date (NaN if none within two years) and its day."""
    scopes = ["total", "corporate"]
    heads = headcount[codes(headcount["scope"], scopes) >= 0]
    employees = heads["employees"].to_numpy(dtype=float, na_value=np.nan)
    owner, owners = pd.factorize(company)
    group = locate(heads["company_id"], owners) * 2 + codes(heads["scope"], scopes)
    rank = source_rank(heads, sources)
    asked = owner * 2 + codes(pd.Series(scope), scopes)
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
    when = np.lexsort((place(events["event_id"]), days(events["announced_date"])))
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
    successor = np.zeros(n, dtype=bool)
    successor[members[same]] = True

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
    amount[0, np.isnan(low) & ~successor] = np.nan  # a successor without a lower bound still takes away what it replaces
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
    sources, reports, status = tables["sources"], tables["layoff_reports"], tables["layoff_status"]
    events = tables["announcements"].sort_values("event_id", ignore_index=True)
    ids, n = events["event_id"], len(events)
    out = {column: events[column].array for column in events}
    companies = tables["companies"]
    company = locate(events["company_id"], companies["company_id"])
    for column, field in {"company_name": "name", "ticker": "ticker", "country_code": "country_code", "sector": "sector"}.items():
        out[column] = companies[field].array.take(company)

    rank, newest, source_name = _rank(sources), -days(sources["published_date"]).astype(np.int64), place(sources["source_id"])
    event, source = locate(reports["event_id"], ids), source_of(reports, sources)
    is_jobs = (reports["measure"] == "jobs").to_numpy()
    lead = headline(reports, np.where(is_jobs, event, -1), source, sources)
    row, best = event[lead], reports.iloc[lead]
    low, point, high = (np.full(n, np.nan) for _ in range(3))
    low[row], point[row], high[row] = bounds(best)
    out["jobs_low"], out["jobs"], out["jobs_high"] = (_integers(x) for x in (low, point, high))
    out["jobs_qualifier"] = _spread(best["qualifier"], row, n)
    basis = np.full(n, "none", dtype=object)
    basis[row] = "reported"
    out["jobs_basis"] = basis
    best_source = np.full(n, -1)
    best_source[row] = locate(best["source_id"], sources["source_id"])

    out["status"] = current_status(status, ids)
    counted = np.isin(out["status"], COUNTS[count]) & (events["kind"] != "net_decline").to_numpy()
    net = net_jobs(events, counted, low, point, high)
    out["net_jobs_low"], out["net_jobs"], out["net_jobs_high"] = (_integers(x) for x in net)

    lead = headline(reports, np.where(is_jobs, -1, event), source, sources)
    row, best = event[lead], reports.iloc[lead]
    share = np.full(n, np.nan)
    share[row] = figure(*bounds(best))
    base = _spread(best["base"], row, n)
    out["share_pct"], out["share_qualifier"], out["share_base"] = share, _spread(best["qualifier"], row, n), base
    scope = np.where(base == None, "total", base)  # noqa: E711 - an elementwise comparison
    heads, _ = headcount_before(tables["headcount"], events["company_id"], scope, days(events["announced_date"]), sources)
    out["headcount_base"] = _integers(heads)
    out["share_pct_computed"] = np.round(100 * figure(low, point, high) / heads, 2)

    # The grade is about the figure: status documents count only where no document gives one.
    publisher = publishers(sources)
    documents = rank, newest, publisher, source_name
    cited = np.r_[event, locate(status["event_id"], ids)], np.r_[source, source_of(status, sources)]
    grade, _, _ = _evidence(event, source, n, *documents)
    grade_of_all, count_of_all, best_of_all = _evidence(*cited, n, *documents)
    with_figure = np.bincount(event[event >= 0], minlength=n) > 0
    out["evidence_grade"] = np.where(with_figure, grade, grade_of_all)
    out["source_count"] = pd.array(count_of_all, dtype="Int64")
    out["ai_stance"] = ai_stance(tables["layoff_reasons"], ids)
    best_source = np.where(best_source < 0, best_of_all, best_source)
    out["best_source_id"] = sources["source_id"].array.take(best_source, allow_fill=True)
    out["best_source_url"] = sources["url"].array.take(best_source, allow_fill=True)
    return pd.DataFrame(out)


def _spread(values: pd.Series, row: np.ndarray, n: int) -> np.ndarray:
    """The values at their rows of n, None elsewhere."""
    out = np.full(n, None, dtype=object)
    out[row] = values.astype(object).to_numpy()
    return out


def _integers(values: np.ndarray) -> pd.arrays.IntegerArray:
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int64), missing)
