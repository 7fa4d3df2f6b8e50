"""Pairs of statements that cannot both be right."""

import numpy as np
import pandas as pd

from .resolve import Tables, bounds, days, figure, headcount_before, headline, in_force, known, layoffs, locate, source_of, stated

# "About 16,000" is said of anything that rounds to it; five percent is the widest rounding to two figures.
ROUNDING = 0.05
# A share is printed rounded to a whole percent and set against a headcount of another day: within a quarter
# of itself, or one point, it may still be right.
SHARE_RATIO, SHARE_POINTS = 0.25, 1.0
# Guidance repeated by others is the same figure if it differs by no more than its rounding to a billion.
GUIDANCE_RATIO = 0.02
# Filings round to a million; two roundings differ by up to two.
CAPEX_USD = 2_000_000
# A page is dated by its publisher's clock, which may be a day behind the employer's.
CLOCK = np.timedelta64(1, "D")

COLUMNS = ["kind", "company_id", "event_id", "subject", "source_id_a", "value_a", "source_id_b", "value_b", "gap_pct", "explanation", "known_date"]


def conflicts(tables: Tables, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """One row per pair of statements: the columns of the table `conflicts`."""
    tables = known(tables, as_of)
    events = layoffs(tables)
    found = [rule(tables, events) for rule in (_jobs, _share_base, _share_arithmetic, _guidance, _capex, _dates)]
    out = pd.concat([frame for frame in found if len(frame)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    subject = out["event_id"].astype(object).where(out["event_id"].notna(), out["company_id"] + "-" + out["subject"].str.replace(" ", "-").str.lower())
    out["conflict_id"] = out["kind"] + ":" + subject + ":" + out["source_id_a"] + ":" + out["source_id_b"]
    out = out.sort_values(["conflict_id", "gap_pct"], ascending=[True, False]).drop_duplicates("conflict_id")
    return out.reset_index(drop=True)


def _published(ids: pd.Series, sources: pd.DataFrame) -> np.ndarray:
    return days(sources["published_date"])[locate(ids, sources["source_id"])]


def _frame(kind, company, event, subject, a, value_a, b, value_b, gap, explanation, known_day) -> pd.DataFrame:
    values = [kind, company, event, subject, a, value_a, b, value_b, gap, explanation, known_day]
    plain = [v.to_numpy(dtype=object) if isinstance(v, pd.Series) and v.dtype != float else v for v in values[:-1]]
    frame = pd.DataFrame(dict(zip(COLUMNS, [*plain, np.asarray(known_day).astype("datetime64[s]")], strict=True)))
    frame["gap_pct"] = frame["gap_pct"].astype(float).round(1)
    return frame


def _said(low, high, qualifier) -> list[str]:
    """The figure in words, as the source hedges it."""
    words = {"exact": "{0}", "about": "about {0}", "at_least": "at least {0}", "up_to": "up to {1}", "between": "{0} to {1}"}
    return [words[q].format(f"{low_:,.12g}", f"{high_:,.12g}") for low_, high_, q in zip(low, high, qualifier, strict=True)]


def _against_best(tables: Tables, measure: str) -> pd.DataFrame:
    """Every report of a measure (columns _b) beside the best one of its announcement (columns _a)."""
    sources = tables["sources"]
    rows = tables["layoff_reports"]
    rows = rows[rows["measure"] == measure]
    event, source = pd.factorize(rows["event_id"])[0], source_of(rows, sources)
    lead = headline(rows, event, source, sources)
    best = np.empty(len(lead), dtype=np.int64)
    best[event[lead]] = lead
    other = np.flatnonzero(source != source[best[event]])  # one document may well give a first and a final figure
    a, b = rows.iloc[best[event[other]]], rows.iloc[other]
    both = pd.concat([_stated(a, sources).add_suffix("_a"), _stated(b, sources).add_suffix("_b")], axis=1)
    return both.assign(event_id=b["event_id"].array, known=np.maximum(days(both["published_a"]), days(both["published_b"])))


def _stated(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """What reports say, with bounds widened for `about`."""
    low, point, high = bounds(rows)
    slack = np.where(rows["qualifier"] == "about", ROUNDING, 0.0)
    return pd.DataFrame({
        "source_id": rows["source_id"].array, "base": rows["base"].astype(object).array, "qualifier": rows["qualifier"].astype(object).array,
        "low": low, "high": high, "fig": figure(low, point, high), "floor": np.where(np.isnan(low), 0, low) * (1 - slack),
        "ceiling": np.where(np.isnan(high), np.inf, high) * (1 + slack), "published": _published(rows["source_id"], sources).astype("datetime64[s]"),
    })  # fmt: skip


def _company(event_ids: pd.Series, events: pd.DataFrame) -> pd.Series:
    return events["company_id"].take(locate(event_ids, events["event_id"]))


def _jobs(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    both = _against_best(tables, "jobs")
    gap = np.maximum(both["floor_b"] - both["ceiling_a"], both["floor_a"] - both["ceiling_b"])
    both = both[(gap > ROUNDING * both["fig_a"]).to_numpy()]
    said_a, said_b = (_said(both[f"low_{s}"], both[f"high_{s}"], both[f"qualifier_{s}"]) for s in "ab")
    return _frame(
        "jobs_disagree", _company(both["event_id"], events), both["event_id"], "jobs", both["source_id_a"], said_a, both["source_id_b"],
        said_b, 100 * (both["fig_b"] / both["fig_a"] - 1), "the stated ranges of jobs do not meet", both["known"],
    )  # fmt: skip


def _share_base(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """The same percentage said of different wholes."""
    both = _against_best(tables, "share_pct")
    meet = (both["floor_b"] <= both["ceiling_a"] * (1 + ROUNDING)) & (both["floor_a"] <= both["ceiling_b"] * (1 + ROUNDING))
    both = both[meet & (both["base_a"] != both["base_b"])]
    said = [_said(both[f"low_{s}"], both[f"high_{s}"], both[f"qualifier_{s}"]) for s in "ab"]
    value = [[f"{share}% of {base} staff" for share, base in zip(said[n], both[f"base_{s}"], strict=True)] for n, s in enumerate("ab")]
    return _frame(
        "share_base", _company(both["event_id"], events), both["event_id"], "what the share is of", both["source_id_a"], value[0], both["source_id_b"],
        value[1], 100 * (both["fig_b"] / both["fig_a"] - 1), "one percentage cannot be true of two different wholes", both["known"],
    )  # fmt: skip


def _share_arithmetic(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """Shares of total or corporate staff that the reported jobs over the headcount do not give."""
    sources = tables["sources"]
    rows = tables["layoff_reports"]
    rows = rows[(rows["measure"] == "share_pct") & rows["base"].isin(["total", "corporate"])]
    event = events.take(locate(rows["event_id"], events["event_id"]))
    low, point, high = bounds(rows)
    stated = figure(low, point, high)
    jobs = figure(*(event[c].to_numpy(dtype=float, na_value=np.nan) for c in ("jobs_low", "jobs", "jobs_high")))
    heads, _ = headcount_before(tables["headcount"], event["company_id"], rows["base"].astype(object).to_numpy(), days(event["announced_date"]), sources)
    computed = 100 * jobs / heads
    with np.errstate(invalid="ignore"):
        off = (np.abs(stated - computed) > SHARE_POINTS) & (np.abs(stated - computed) > SHARE_RATIO * stated)
        # A bound is only broken on its own side.
        off &= np.where(rows["qualifier"] == "at_least", computed < stated, True) & np.where(rows["qualifier"] == "up_to", computed > stated, True)
    rows, event, stated, computed, jobs, heads = rows[off], event[off], stated[off], computed[off], jobs[off], heads[off]
    value_a = [f"{j:,.0f} jobs of {h:,.0f} staff ({b}) is {c:.1f}%" for j, h, b, c in zip(jobs, heads, rows["base"], computed, strict=True)]
    value_b = [f"{s:g}% of {b} staff" for s, b in zip(stated, rows["base"], strict=True)]
    known_day = np.maximum(_published(rows["source_id"], sources), _published(event["best_source_id"], sources))
    return _frame(
        "share_arithmetic", event["company_id"], rows["event_id"], "share of staff", event["best_source_id"], value_a, rows["source_id"], value_b,
        100 * (stated / computed - 1), "the stated share is not what the jobs are of the headcount of that scope", known_day,
    )  # fmt: skip


def _guidance(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """What others put into a company's mouth, against what it said itself by then."""
    rows = tables["capex_guidance"]
    said = stated(rows)
    rows = rows[["guidance_id", "company_id", "fiscal_year", "year_basis", "speaker", "issued_date", "source_id", "currency"]].copy()
    rows["currency"] = rows["currency"].astype(object)
    rows["fig"] = figure(*(said[c].to_numpy() for c in ("low", "point", "high")))
    rows["floor"] = said["low"].fillna(said["point"]).fillna(0)
    rows["ceiling"] = said["high"].fillna(said["point"]).fillna(np.inf)
    rows["year"] = np.where(rows["year_basis"] == "calendar", "calendar ", "") + rows["fiscal_year"].astype(str).to_numpy(dtype=object)
    own, others = (rows[rows["speaker"].isin(s)] for s in (["company", "executive"], ["media", "analyst"]))
    both = others.merge(own, on=["company_id", "currency"], suffixes=("_b", "_a"))
    both = both[both["issued_date_a"] <= both["issued_date_b"]]
    both = both.sort_values(["guidance_id_b", "issued_date_a"])
    same_year = both[both["year_a"] == both["year_b"]].drop_duplicates("guidance_id_b", keep="last")
    agrees = (same_year["floor_b"] <= same_year["ceiling_a"] * (1 + GUIDANCE_RATIO)) & (same_year["floor_a"] <= same_year["ceiling_b"] * (1 + GUIDANCE_RATIO))
    settled = same_year.loc[agrees, "guidance_id_b"]
    other_year = both[(both["year_a"] != both["year_b"]) & ((both["fig_b"] / both["fig_a"] - 1).abs() <= GUIDANCE_RATIO)]
    other_year = other_year[~other_year["guidance_id_b"].isin(settled)].drop_duplicates("guidance_id_b", keep="last")
    disagree = same_year[~agrees & ~same_year["guidance_id_b"].isin(other_year["guidance_id_b"])]
    out = []
    for kind, pairs, why in (
        ("guidance_year", other_year, "the company gave this figure for another year and none like it for this one"),
        ("guidance_disagree", disagree, "the company's own figure for that year, then in force, is another"),
    ):
        value = [[f"{f / 1e9:,g} billion {c} for {y}" for f, c, y in zip(pairs[f"fig_{s}"], pairs["currency"], pairs[f"year_{s}"], strict=True)] for s in "ab"]
        subject = "capex guidance for " + pairs["year_b"]
        known_day = np.maximum(_published(pairs["source_id_a"], tables["sources"]), _published(pairs["source_id_b"], tables["sources"]))
        out.append(_frame(kind, pairs["company_id"], None, subject, pairs["source_id_a"], value[0], pairs["source_id_b"], value[1],
                          100 * (pairs["fig_b"] / pairs["fig_a"] - 1), why, known_day))  # fmt: skip
    return pd.concat(out)


def _capex(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """Two documents that state another amount for the same period and definition."""
    rows = tables["capex"]
    key = ["company_id", "fiscal_year", "fiscal_period", "definition"]
    columns = [*key, "filed_date", "amount_usd", "source_id"]
    both = in_force(rows, "capex", tables["sources"])[columns].merge(rows[columns], on=key, suffixes=("_a", "_b"))
    gap = (both["amount_usd_a"] - both["amount_usd_b"]).abs()
    both = both[(both["filed_date_a"] != both["filed_date_b"]) & (gap > CAPEX_USD).fillna(False)]
    subject = both["definition"].astype(object) + " of " + both["fiscal_year"].astype(str) + " " + both["fiscal_period"].astype(object)
    value = [[f"{amount / 1e6:,.0f} million USD" for amount in both[f"amount_usd_{s}"]] for s in "ab"]
    return _frame(
        "capex_disagree", both["company_id"], None, subject, both["source_id_a"], value[0], both["source_id_b"], value[1],
        100 * (both["amount_usd_b"].astype(float) / both["amount_usd_a"].astype(float) - 1), "restated later, or one of them counts something else",
        both["filed_date_a"],
    )  # fmt: skip


def _dates(tables: Tables, events: pd.DataFrame) -> pd.DataFrame:
    """A document that tells of an announcement before the day that is given for it or for its first report."""
    sources = tables["sources"]
    rows = tables["layoff_reports"]
    event = events.take(locate(rows["event_id"], events["event_id"]))
    first = days(event["first_reported_date"].fillna(event["announced_date"]))
    early = (_published(rows["source_id"], sources) < first - CLOCK) & (event["date_precision"] == "day").to_numpy()
    rows, event, first = rows[early], event[early], first[early]
    published = _published(rows["source_id"], sources)
    return _frame(
        "date_disagree", event["company_id"], rows["event_id"], "date", event["best_source_id"], [f"first known {d}" for d in first], rows["source_id"],
        [f"reported {d}" for d in published], np.nan, "reported before the day that is given for it", published,
    )  # fmt: skip
