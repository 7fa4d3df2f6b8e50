"""Properties of the resolution on generated programmes, beside the rules one by one."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layoffdata
from layoffdata import _catalog, _library, _sums, panel, resolve
from layoffdata import conflicts as conflict_rules

DAY0 = pd.Timestamp("2024-01-01")
settings.register_profile("quiet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quiet")

TYPES = list(resolve.RANK)
FORMS = {
    "exact": lambda a, b: (np.nan, a, np.nan), "about": lambda a, b: (np.nan, a, np.nan), "at_least": lambda a, b: (a, np.nan, np.nan),
    "up_to": lambda a, b: (np.nan, np.nan, b), "between": lambda a, b: (a, np.nan, b + 1),
}  # fmt: skip


def make(events, reports, status=(), reasons=(), headcount=()):
    """Tables from short tuples; every report has a source of its own, published on its day."""
    sources = {}

    def source(day, kind="newspaper", publisher=None):
        key = f"s{len(sources):03d}"
        sources[key] = {"source_id": key, "publisher": publisher or key, "source_type": kind, "url": f"https://example.org/{key}", "published_date": DAY0 + pd.Timedelta(days=day)}
        return key

    rows = {
        "announcements": [
            {"event_id": name, "company_id": "c", "program_id": None, "announced_date": DAY0 + pd.Timedelta(days=day), "date_precision": "day", "first_reported_date": pd.NaT,
             "kind": kind, "scope": "global", "scope_country": None, "scope_unit": None, "relation": relation, "related_event_id": related,
             "internal_search_days": pd.NA, "severance_weeks_min": pd.NA}
            for name, day, kind, relation, related in events
        ],
        "layoff_reports": [
            {"report_id": f"r{i:03d}", "event_id": event, "source_id": source(day, kind), "measure": "jobs", "low": low, "point": point, "high": high,
             "qualifier": qualifier, "base": None, "unit_counted": None}
            for i, (event, day, kind, qualifier, (low, point, high)) in enumerate(reports)
        ],
        "layoff_status": [{"event_id": event, "status": step, "date": DAY0 + pd.Timedelta(days=day), "source_id": source(day)} for event, day, step in status],
        "layoff_reasons": [
            {"reason_id": f"x{i}", "event_id": event, "reason": reason, "stance": stance, "speaker": speaker, "speaker_name": None,
             "said_date": DAY0 + pd.Timedelta(days=day), "source_id": source(day)}
            for i, (event, day, reason, stance, speaker) in enumerate(reasons)
        ],
        "headcount": [{"company_id": "c", "as_of_date": DAY0 + pd.Timedelta(days=day), "scope": scope, "source_id": source(day), "employees": n, "qualifier": "exact"}
                      for day, scope, n in headcount],
        "companies": [{"company_id": "c", "name": "C", "ticker": None, "country_code": "US", "sector": "51", "fiscal_year_end_month": 12}],
    }  # fmt: skip
    rows["sources"] = list(sources.values())
    out = {}
    for name, found in rows.items():
        resource = _catalog.resource(name)
        frame = pd.DataFrame(found)
        for field in _catalog.fields(resource):
            if field["name"] not in frame:
                frame[field["name"]] = None
        out[name] = _library.conform(frame, resource)
    return out


@st.composite
def programmes(draw):
    """A few announcements that may replace or lie inside earlier ones, with reports of several sources."""
    n = draw(st.integers(1, 7))
    events, reports, status = [], [], []
    for i in range(n):
        relation = draw(st.sampled_from(["new", "part_of", "replaces"])) if i else "new"
        related = f"e{draw(st.integers(0, i - 1))}" if relation != "new" else None
        day = i * 20 + draw(st.integers(0, 9))
        events.append((f"e{i}", day, draw(st.sampled_from(["layoff", "mixed", "net_decline"])), relation, related))
        for _ in range(draw(st.integers(0, 3))):
            a = draw(st.integers(1, 5000))
            b = a + draw(st.integers(0, 5000))
            qualifier = draw(st.sampled_from(list(FORMS)))
            reports.append((f"e{i}", day + draw(st.integers(0, 30)), draw(st.sampled_from(TYPES)), qualifier, FORMS[qualifier](float(a), float(b))))
        status.append((f"e{i}", day, draw(st.sampled_from(["rumored", "reported", "confirmed", "filed"]))))
        if draw(st.integers(0, 5)) == 0:
            status.append((f"e{i}", day + 15, "cancelled"))
    return make(events, reports, status)


def same(a, b, **options):
    pd.testing.assert_frame_equal(a.reset_index(drop=True), b.reset_index(drop=True), **options)


@given(programmes())
def test_bounds_are_in_order_everywhere(tables):
    frame = resolve.layoffs(tables)
    for low, point, high in (("jobs_low", "jobs", "jobs_high"), ("net_jobs_low", "net_jobs", "net_jobs_high")):
        for a, b in ((low, point), (point, high), (low, high)):
            assert (frame[a] <= frame[b]).fillna(True).all()
    added = _sums.added(frame).sum()
    assert added["low"] <= added["point"] <= added["high"]


@given(programmes(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tables, random):
    shuffled = {name: frame.sample(frac=1, random_state=random.randint(0, 2**31)) for name, frame in tables.items()}
    same(resolve.layoffs(tables), resolve.layoffs(shuffled))


@given(programmes(), st.data())
def test_a_duplicate_report_changes_no_total(tables, data):
    reports = tables["layoff_reports"]
    if not len(reports):
        return
    twin = reports.iloc[[data.draw(st.integers(0, len(reports) - 1))]].assign(report_id="r999")
    doubled = tables | {"layoff_reports": pd.concat([reports, twin], ignore_index=True)}
    columns = ["jobs_low", "jobs", "jobs_high", "net_jobs_low", "net_jobs", "net_jobs_high", "evidence_grade", "source_count"]
    same(resolve.layoffs(tables)[columns], resolve.layoffs(doubled)[columns])


def led(*reports):
    """The leading figure of one announcement with these reports: (day, type, qualifier, figure)."""
    frame = resolve.layoffs(make([("e0", 0, "layoff", "new", None)], [("e0", day, kind, qualifier, FORMS[qualifier](n, n)) for day, kind, qualifier, n in reports]))
    return next(int(value) for value in frame[["jobs", "jobs_low", "jobs_high"]].iloc[0] if pd.notna(value))


def test_which_of_several_figures_leads():
    one = ("newspaper", "exact", 741)
    assert led((1, "newspaper", "exact", 1210), (1, *one), (2, "trade_press", "exact", 1210)) == 1210  # a lower rank breaks no rank, but it breaks a tie
    assert led((1, "newspaper", "exact", 1210), (1, *one), (2, "blog", "exact", 1210), (2, "aggregator", "about", 1210)) == 741  # copies have no voice
    assert led((1, *one), (2, "trade_press", "exact", 1210), (2, "magazine", "exact", 1210)) == 741  # and many of a lower rank are no match for the highest
    assert led((1, "newspaper", "exact", 1254), (9, "newspaper", "at_least", 1200)) == 1254  # the round number retells the other
    assert led((1, "newspaper", "about", 3000), (9, "newspaper", "about", 2000)) == 2000  # as round: the later
    assert led((1, "newspaper", "exact", 3000), (9, "newspaper", "between", 2500)) == 3000  # a range is never the finer number


def test_a_page_without_a_day_does_not_count_as_the_latest():
    """It stands with the day of reading, years after; among equals the dated figure leads."""
    tables = make([("e0", 0, "layoff", "new", None)],
                  [("e0", 1, "newspaper", "exact", (np.nan, 600, np.nan)), ("e0", 900, "newspaper", "about", (np.nan, 700, np.nan))])  # fmt: skip
    assert resolve.layoffs(tables)["jobs"].item() == 700  # told later, so it leads
    sources = tables["sources"].assign(accessed_date=DAY0 + pd.Timedelta(days=900))
    assert resolve.layoffs(tables | {"sources": sources})["jobs"].item() == 600
    soon = sources["published_date"].mask(sources["published_date"] > DAY0 + pd.Timedelta(days=1), DAY0 + pd.Timedelta(days=20))
    fresh = sources.assign(published_date=soon, accessed_date=DAY0 + pd.Timedelta(days=20))
    assert resolve.layoffs(tables | {"sources": fresh})["jobs"].item() == 700  # read on the day on which it appeared


@given(programmes(), st.integers(0, 160), st.integers(1, 5000))
def test_what_is_published_later_never_changes_an_earlier_view(tables, day, jobs):
    as_of = DAY0 + pd.Timedelta(days=day)
    before = resolve.layoffs(tables, as_of)
    late = tables["sources"].iloc[[0]].assign(source_id="late", url="https://example.org/late", published_date=as_of + pd.Timedelta(days=1), source_type="regulatory_filing")
    report = {"report_id": "r998", "event_id": "e0", "source_id": "late", "measure": "jobs", "low": np.nan, "point": float(jobs), "high": np.nan, "qualifier": "exact"}
    step = {"event_id": "e0", "status": "executed", "date": as_of + pd.Timedelta(days=1), "source_id": "late"}
    more = tables | {
        "sources": pd.concat([tables["sources"], late], ignore_index=True),
        "layoff_reports": pd.concat([tables["layoff_reports"], pd.DataFrame([report])], ignore_index=True),
        "layoff_status": pd.concat([tables["layoff_status"], pd.DataFrame([step])], ignore_index=True),
    }
    same(before, resolve.layoffs(more, as_of), check_dtype=False)  # adding rows here makes object of str under older pandas


@given(programmes())
def test_far_in_the_future_everything_is_known(tables):
    same(resolve.layoffs(tables), resolve.layoffs(tables, DAY0 + pd.Timedelta(days=5000)))


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.integers(0, 2000), st.randoms(use_true_random=False))
def test_any_partition_sums_to_the_whole(parts, more, random):
    """Waves that make up a plan, announced before or after it, in any order, count as the larger of plan and waves."""
    total = sum(parts) + more
    days = list(range(len(parts) + 1))
    random.shuffle(days)
    events = [("whole", days[0], "layoff", "new", None)] + [(f"p{i}", day, "layoff", "part_of", "whole") for i, day in enumerate(days[1:])]
    figures = [total, *parts]
    reports = [(event[0], event[1], "newspaper", "exact", (np.nan, float(n), np.nan)) for event, n in zip(events, figures, strict=True)]
    steps = [(event[0], event[1], "confirmed") for event in events]
    frame = resolve.layoffs(make(events, reports, steps))
    assert frame["net_jobs"].sum() == frame["net_jobs_low"].sum() == frame["net_jobs_high"].sum() == total
    leak = [("whole", days[0], "reported"), *steps[1:]]
    assert resolve.layoffs(make(events, reports, leak))["net_jobs"].sum() == sum(parts)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=6))
def test_a_chain_of_new_totals_sums_to_the_last(totals):
    events = [(f"e{i}", i, "layoff", "replaces" if i else "new", f"e{i - 1}" if i else None) for i in range(len(totals))]
    reports = [(f"e{i}", i, "newspaper", "exact", (np.nan, float(n), np.nan)) for i, n in enumerate(totals)]
    frame = resolve.layoffs(make(events, reports, [(f"e{i}", i, "confirmed") for i in range(len(totals))]))
    assert frame["net_jobs"].sum() == totals[-1]


@given(st.lists(st.tuples(st.sampled_from(sorted(FORMS)), st.integers(1, 5000)), min_size=1, max_size=6))
def test_a_chain_of_hedged_totals_keeps_its_bounds_in_order(totals):
    """Also where "up to 2,500" replaces "more than 6,000": the sum of the lower bounds is not left at 6,000."""
    events = [(f"e{i}", i, "layoff", "replaces" if i else "new", f"e{i - 1}" if i else None) for i in range(len(totals))]
    reports = [(f"e{i}", i, "newspaper", form, FORMS[form](float(n), float(n))) for i, (form, n) in enumerate(totals)]
    added = _sums.added(resolve.layoffs(make(events, reports, [(f"e{i}", i, "confirmed") for i in range(len(totals))]))).sum()
    assert added["low"] <= added["point"] <= added["high"]


@given(programmes())
def test_net_jobs_never_exceed_what_was_announced(tables):
    frame = resolve.layoffs(tables)
    figure = frame["jobs"].fillna(frame["jobs_low"]).fillna(frame["jobs_high"])
    assert (frame["net_jobs"] <= figure).fillna(True).all()
    uncounted = ~frame["status"].isin(resolve.COUNTS["confirmed"]) | (frame["kind"] == "net_decline")
    assert frame.loc[uncounted, "net_jobs"].isna().all()


def test_waves_beyond_their_plan_and_parts_of_parts():
    events = [("plan", 0, "layoff", "new", None), ("a", 1, "layoff", "part_of", "plan"), ("b", 2, "layoff", "part_of", "plan"), ("b1", 3, "layoff", "part_of", "b")]
    figures = {"plan": 100, "a": 70, "b": 50, "b1": 60}
    tables = make(events, [(e, 0, "newspaper", "exact", (np.nan, float(n), np.nan)) for e, n in figures.items()], [(e, 4, "confirmed") for e in figures])
    net = resolve.layoffs(tables).set_index("event_id")["net_jobs"].to_dict()
    assert net == {"plan": 100, "a": 0, "b": 20, "b1": 10}  # 70 + 50 go 20 beyond; the site notice goes 10 beyond its wave


def test_a_cancelled_total_gives_way_to_what_it_replaced():
    events = [("old", 0, "layoff", "new", None), ("new", 1, "layoff", "replaces", "old")]
    reports = [("old", 0, "newspaper", "exact", (np.nan, 100.0, np.nan)), ("new", 1, "newspaper", "exact", (np.nan, 150.0, np.nan))]
    tables = make(events, reports, [("old", 0, "confirmed"), ("new", 1, "confirmed"), ("new", 9, "cancelled")])
    assert resolve.layoffs(tables)["net_jobs"].sum() == 100
    assert resolve.layoffs(tables, DAY0 + pd.Timedelta(days=5))["net_jobs"].sum() == 150


def test_a_circle_is_an_error():
    events = [("a", 0, "layoff", "part_of", "b"), ("b", 1, "layoff", "replaces", "a")]
    with pytest.raises(ValueError, match="circle: a, b"):
        resolve.layoffs(make(events, [], [("a", 0, "confirmed"), ("b", 1, "confirmed")]))


@pytest.mark.parametrize(
    ("reports", "jobs", "grade"),
    [
        ([(0, "blog", 10), (0, "newspaper", 20)], 20, "C"),
        ([(0, "newspaper", 10), (5, "broadcaster", 20)], 20, "B"),
        ([(5, "newspaper", 10), (0, "broadcaster", 20)], 10, "B"),
        ([(0, "company_statement", 10), (5, "news_agency", 20)], 10, "A"),
        ([(0, "government_record", 10), (5, "regulatory_filing", 20)], 20, "A"),
        ([(0, "aggregator", 10), (9, "blog", 20)], 10, "D"),
        ([(0, "trade_press", 10), (9, "magazine", 20)], 20, "B"),
        ([(0, "newspaper", 10), (1, "broadcaster", 10), (9, "newspaper", 20)], 10, "B"),
        ([(0, "newspaper", 10), (1, "newspaper", 10), (9, "news_agency", 20)], 20, "B"),
    ],
)
def test_rank_date_and_grade(reports, jobs, grade):
    tables = make([("e", 0, "layoff", "new", None)], [("e", d, k, "exact", (np.nan, float(n), np.nan)) for d, k, n in reports], [("e", 0, "confirmed")])
    row = resolve.layoffs(tables).iloc[0]
    assert row["jobs"] == jobs and row["evidence_grade"] == grade and row["source_count"] == len(reports) + 1


def test_of_the_leading_figure_the_first_report_leads():
    reports = [("e", day, "newspaper", "about" if day else "exact", (np.nan, 10.0, np.nan)) for day in (7, 0, 3)]
    row = resolve.layoffs(make([("e", 0, "layoff", "new", None)], reports, [("e", 0, "confirmed")])).iloc[0]
    assert row["jobs"] == 10 and row["jobs_qualifier"] == "exact" and row["best_source_id"] == "s001"


def test_one_publisher_twice_is_no_second_source():
    tables = make([("e", 0, "layoff", "new", None)], [("e", d, "newspaper", "exact", (np.nan, 10.0, np.nan)) for d in (0, 1)], [("e", 0, "confirmed")])
    tables["sources"]["publisher"] = ["The Paper", "the paper", "Other"]
    assert resolve.layoffs(tables).iloc[0]["evidence_grade"] == "C"


@pytest.mark.parametrize(
    ("reasons", "stance"),
    [
        ([], "none"), ([("demand", "states", "company")], "none"), ([("ai_automation", "states", "media")], "media_only"), ([("ai_automation", "denies", "analyst")], "none"),
        ([("ai_automation", "states", "executive")], "stated"), ([("ai_investment_shift", "states", "filing")], "investment"),
        ([("ai_investment_shift", "states", "filing"), ("ai_automation", "states", "company")], "stated"),
        ([("ai_automation", "denies", "spokesperson"), ("ai_automation", "states", "media")], "denied"),
        ([("ai_automation", "denies", "executive"), ("ai_automation", "states", "company")], "contested"), ([("ai_automation", "qualifies", "executive")], "contested"),
        ([("ai_automation", "qualifies", "company"), ("ai_automation", "denies", "executive")], "contested"),
    ],
)  # fmt: skip
def test_ai_stance(reasons, stance):
    tables = make([("e", 0, "layoff", "new", None)], [], [("e", 0, "confirmed")], [("e", 0, *reason) for reason in reasons])
    assert resolve.layoffs(tables).iloc[0]["ai_stance"] == stance


@pytest.mark.parametrize(("heads", "base"), [([(-400, 900), (-30, 1000), (10, 5000)], 1000), ([(-900, 1000)], None), ([], None), ([(0, 1000)], 1000)])
def test_the_share_is_checked_against_the_headcount_nearest_before(heads, base):
    report = [("e", 0, "newspaper", "exact", (np.nan, 50.0, np.nan))]
    row = resolve.layoffs(make([("e", 0, "layoff", "new", None)], report, [("e", 0, "confirmed")], (), [(d, "total", n) for d, n in heads])).iloc[0]
    if base is None:
        assert pd.isna(row["headcount_base"]) and pd.isna(row["share_pct_computed"])
    else:
        assert row["headcount_base"] == base and row["share_pct_computed"] == 5


def test_an_announcement_is_shown_at_the_day_of_its_leak_while_only_that_is_known():
    tables = make([("e", 30, "layoff", "new", None)], [("e", 10, "newspaper", "exact", (np.nan, 50.0, np.nan))], [("e", 10, "reported"), ("e", 30, "confirmed")])
    tables["announcements"]["first_reported_date"] = DAY0 + pd.Timedelta(days=10)
    tables["announcements"]["internal_search_days"] = pd.array([90], dtype="Int64")
    early = resolve.layoffs(tables, DAY0 + pd.Timedelta(days=20)).iloc[0]
    assert early["announced_date"] == DAY0 + pd.Timedelta(days=10) and early["status"] == "reported" and pd.isna(early["internal_search_days"])
    assert resolve.layoffs(tables, DAY0 + pd.Timedelta(days=30)).iloc[0]["announced_date"] == DAY0 + pd.Timedelta(days=30)
    assert resolve.layoffs(tables, DAY0 + pd.Timedelta(days=9)).empty


# ------------------------------------------------------------------------------- the real data
@pytest.mark.parametrize("table", ["layoffs", "company_quarters", "conflicts"])
def test_as_of_today_equals_the_compiled_table(table):
    same(layoffdata.load(table), layoffdata.load(table, as_of=str(date.today())))


@pytest.mark.parametrize("day", ["2021-06-30", "2023-03-15", "2024-12-31", "2025-10-27", "2026-02-06"])
def test_views_of_the_real_data_hold_together(day):
    frame = layoffdata.load("layoffs", as_of=day)
    assert (frame["announced_date"] <= day).all()
    assert (frame["net_jobs_low"] <= frame["net_jobs"]).fillna(True).all() and (frame["net_jobs"] <= frame["net_jobs_high"]).fillna(True).all()
    total = layoffdata.totals(as_of=day).iloc[0]
    assert total["low"] <= total["point"] <= total["high"] and total["point"] == frame["net_jobs"].sum()


@pytest.mark.parametrize("by", ["year", "sector", "country", "company", "ai_stance", "kind", "status", ["quarter", "sector"]])
def test_totals_split_any_way_sum_to_the_same(by):
    whole, split = layoffdata.totals().iloc[0], layoffdata.totals(by=by)
    for column in ("low", "point", "high", "events", "events_without_figure", "events_open_ended"):
        assert split[column].sum() == whole[column]
    assert (split["low"] <= split["point"]).fillna(True).all() and (split["point"] <= split["high"]).fillna(True).all()
    without = split["events"] == split["events_without_figure"]
    assert split.loc[without, "point"].isna().all() and split.loc[~without, "point"].notna().all()


def test_net_declines_are_never_in_the_totals():
    assert "net_decline" not in layoffdata.totals(by="kind", count="rumored").index


def test_counting_more_statuses_counts_more_announcements():
    events = [layoffdata.totals(count=count)["events"].iloc[0] for count in ("confirmed", "reported", "rumored")]
    assert events[0] < events[1] <= events[2]


def test_the_panel_adds_up_to_the_announcements():
    panel_rows, frame = layoffdata.load("company_quarters"), layoffdata.load("layoffs")
    counted = frame[frame["status"].isin(resolve.COUNTS["confirmed"]) & (frame["kind"] != "net_decline")]
    assert panel_rows["announcements"].sum() == len(counted) and panel_rows["net_jobs"].sum() == counted["net_jobs"].sum()
    stances = [f"net_jobs_ai_{s}" for s in resolve.AI_STANCES[1:]]
    assert panel_rows[stances].sum().sum() == counted.loc[counted["ai_stance"] != "none", "net_jobs"].sum()


@pytest.mark.parametrize(("day", "month", "year"), [("2025-06-30", 6, 2025), ("2025-07-01", 6, 2026), ("2025-12-31", 12, 2025), ("2026-01-25", 1, 2026), ("2026-02-01", 1, 2027), ("2025-09-28", 9, 2025)])
def test_fiscal_years_are_named_for_the_year_in_which_they_end(day, month, year):
    assert panel.fiscal_year_at(np.array([day], dtype="datetime64[D]"), np.array([month])) == [year]


@pytest.mark.parametrize(("end", "start"), [("2026-01-25", "2025-10-01"), ("2023-07-01", "2023-04-01"), ("2025-11-30", "2025-10-01"), ("2025-03-31", "2025-01-01"), ("2025-02-28", "2025-01-01")])
def test_a_fiscal_quarter_belongs_where_most_of_its_days_lie(end, start):
    assert str(panel.quarter_of(np.array([end], dtype="datetime64[D]") - panel.HALF_QUARTER)[0]) == start


def test_conflicts_name_their_kinds_and_known_dates():
    frame = layoffdata.load("conflicts")
    assert {"share_base", "guidance_year", "guidance_disagree", "jobs_disagree", "share_arithmetic", "capex_disagree"} <= set(frame["kind"].astype(str))
    # Only arithmetic can convict a document of contradicting itself.
    assert (frame["source_id_a"] != frame["source_id_b"])[frame["kind"] != "share_arithmetic"].all()
    early = layoffdata.load("conflicts", as_of="2025-12-31")
    assert 0 < len(early) < len(frame) and (early["known_date"] <= "2025-12-31").all()


def test_reports_that_meet_are_no_conflict():
    figures = {"about 1000": ("about", 1000.0), "exact 1040": ("exact", 1040.0), "exact 1200": ("exact", 1200.0)}

    def found(a, b):
        reports = [("e", 0, "newspaper", q, (np.nan, n, np.nan)) for q, n in (figures[a], figures[b])]
        tables = make([("e", 0, "layoff", "new", None)], reports, [("e", 0, "confirmed")])
        return len(conflict_rules._jobs(tables, resolve.layoffs(tables)))

    assert found("about 1000", "exact 1040") == 0 and found("about 1000", "exact 1200") == 1


def test_a_figure_for_a_calendar_year_told_of_a_fiscal_year_is_a_conflict():
    """Microsoft's 190 billion were said of calendar 2026; whoever has them for fiscal 2026 has moved the year."""
    tables = {name: _catalog.read(name) for name in ("capex_guidance", "sources")}
    own = tables["capex_guidance"].query("company_id == 'microsoft' and year_basis == 'calendar'").iloc[:1]
    told = own.assign(guidance_id="told", speaker="media", issued_date=own["issued_date"] + pd.Timedelta(days=9))
    found = [conflict_rules._guidance(tables | {"capex_guidance": pd.concat([own, told.assign(year_basis=basis)])}, None) for basis in ("fiscal", "calendar")]
    assert found[0][["kind", "value_a", "value_b"]].to_numpy().tolist() == [["guidance_year", "190 billion USD for calendar 2026", "190 billion USD for 2026"]]
    assert found[1].empty  # told as it was said


def test_guidance_is_compared_in_its_own_currency_only():
    tables = {name: _catalog.read(name) for name in ("capex_guidance", "sources")}
    own = tables["capex_guidance"].query("company_id == 'amazon' and point_usd == 125_000_000_000 and speaker == 'executive'").iloc[:1]
    in_won = {"currency": "KRW", "point_local": 50 * 10**12, "point_usd": pd.NA}
    told = own.assign(guidance_id="told", speaker="media", **in_won)
    assert conflict_rules._guidance(tables | {"capex_guidance": pd.concat([own, told])}, None).empty
    pairs = conflict_rules._guidance(tables | {"capex_guidance": pd.concat([own.assign(**in_won | {"point_local": 40 * 10**12}), told])}, None)
    assert pairs[["kind", "value_a", "value_b"]].to_numpy().tolist() == [["guidance_disagree", "40,000 billion KRW for 2025", "50,000 billion KRW for 2025"]]


def test_figures_in_words_are_not_rounded():
    assert conflict_rules._said([1_234_567.0], [1_234_567.0], ["about"]) == ["about 1,234,567"]
    assert conflict_rules._said([65.5], [131.819], ["between"]) == ["65.5 to 131.819"]


def test_publishers_are_told_apart_by_more_than_case_in_one_piece_or_several():
    sources = pd.DataFrame({"publisher": pd.array(["The Times", "THE TIMES", "Le Monde"], dtype="str")})
    assert resolve.publishers(sources).tolist() == [0, 0, 1]
    in_pieces = pd.concat([sources, sources], ignore_index=True)
    assert resolve.publishers(in_pieces).tolist() == [0, 0, 1, 0, 0, 1]
