"""The panel of employers by calendar quarter: announcements beside capital spending, guidance and headcount."""

import numpy as np
import pandas as pd

from .resolve import AI_STANCES, COUNTS, Tables, days, in_force, known, layoffs, source_rank

# A fiscal quarter belongs to the calendar quarter that holds its middle, which is where most of its days lie:
# Apple's quarter to 1 July is the second, Nvidia's to 26 January the fourth of the year before.
HALF_QUARTER = np.timedelta64(45, "D")


def quarter_of(day: np.ndarray) -> np.ndarray:
    """First day of the calendar quarter of each day."""
    month = day.astype("datetime64[M]")
    return (month - month.astype(np.int64) % 3).astype("datetime64[D]")


def quarter_end(start: np.ndarray) -> np.ndarray:
    """Last day of the calendar quarter that starts on each day."""
    return (start.astype("datetime64[M]") + 3).astype("datetime64[D]") - np.timedelta64(1, "D")


def company_quarters(tables: Tables, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """One row per employer and calendar quarter in which anything is known: the columns of `company_quarters`."""
    tables = known(tables, as_of)
    events = layoffs(tables)
    counted = events["status"].isin(COUNTS["confirmed"]) & (events["kind"] != "net_decline")
    jobs = _announced(events[counted])
    spent = _spent(tables["capex"], tables["sources"])
    panel = jobs.join(spent, how="outer").reset_index()
    panel["company_id"] = panel["company_id"].astype(object)
    for column in ("announcements", "announcements_without_figure"):
        panel[column] = panel[column].astype("Int64").fillna(0)
    start = days(panel["quarter_start"])
    month = start.astype("datetime64[M]").astype(np.int64)
    panel["quarter"] = [f"{year}Q{number}" for year, number in zip((1970 + month // 12).tolist(), (month % 12 // 3 + 1).tolist(), strict=True)]
    end = quarter_end(start)
    if as_of is not None:
        end = np.minimum(end, np.datetime64(as_of, "D"))
    panel["end"] = pd.Series(end.astype("datetime64[s]"), index=panel.index)
    panel = _guided(panel, tables)
    panel = _staffed(panel, tables)
    return panel.drop(columns="end").sort_values(["company_id", "quarter_start"], ignore_index=True)


def _announced(events: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({
        "company_id": events["company_id"].astype(object),
        "quarter_start": quarter_of(days(events["announced_date"])).astype("datetime64[s]"),
        "announcements": 1,
        "announcements_without_figure": (events["jobs_basis"] == "none").astype("int64"),
        "net_jobs_low": events["net_jobs_low"].mask(events["net_jobs"].notna() & events["net_jobs_low"].isna(), 0),
        "net_jobs": events["net_jobs"],
        "net_jobs_high": events["net_jobs_high"].fillna(events["net_jobs"]),
    })  # fmt: skip
    for stance in AI_STANCES[1:]:
        frame[f"net_jobs_ai_{stance}"] = frame["net_jobs"].where(events["ai_stance"] == stance)
    return frame.groupby(["company_id", "quarter_start"]).sum(min_count=1)


def _spent(capex: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    rows = capex[(capex["definition"] == "cash_ppe") & (capex["fiscal_period"] != "FY")]
    rows = in_force(rows, "capex", sources)
    frame = pd.DataFrame({
        "company_id": rows["company_id"].astype(object),
        "quarter_start": quarter_of(days(rows["period_end"]) - HALF_QUARTER).astype("datetime64[s]"),
        "capex_usd": rows["amount_usd"], "capex_fiscal_year": rows["fiscal_year"],
        "capex_fiscal_period": rows["fiscal_period"].astype(object), "capex_period_end": rows["period_end"],
    })  # fmt: skip
    return frame.set_index(["company_id", "quarter_start"])


def fiscal_year_at(day: np.ndarray, end_month: np.ndarray) -> np.ndarray:
    """Fiscal year current on a day, named for the year in which it ends."""
    month = day.astype("datetime64[M]").astype(np.int64)
    return 1970 + month // 12 + (month % 12 + 1 > end_month)


def _guided(panel: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The company's own guidance in US dollars, last issued by the end of the quarter, for the fiscal year then current."""
    guidance = tables["capex_guidance"]
    in_dollars = guidance[["low_usd", "point_usd", "high_usd"]].notna().any(axis=1)
    own = guidance[guidance["speaker"].isin(["company", "executive"]) & (guidance["year_basis"] == "fiscal") & in_dollars]
    rank = source_rank(own, tables["sources"])
    own = own.iloc[np.lexsort((-rank, days(own["issued_date"])))]  # the best document of a day comes last and wins
    end_month = tables["companies"].set_index("company_id")["fiscal_year_end_month"].reindex(panel["company_id"])
    year = fiscal_year_at(days(panel["end"]), end_month.fillna(12).to_numpy(dtype=np.int64))
    panel["guidance_fiscal_year"] = pd.array(year, dtype="Int64")
    columns = {"low_usd": "guidance_low_usd", "point_usd": "guidance_point_usd", "high_usd": "guidance_high_usd",
               "qualifier": "guidance_qualifier", "definition": "guidance_definition", "issued_date": "guidance_issued_date"}  # fmt: skip
    right = own[["company_id", "fiscal_year", *columns]].rename(columns={"fiscal_year": "guidance_fiscal_year", **columns})
    right = right.assign(company_id=right["company_id"].astype(object), end=right["guidance_issued_date"].astype(panel["end"].dtype))
    for column in ("guidance_qualifier", "guidance_definition"):
        right[column] = right[column].astype(object)
    panel["guidance_fiscal_year"] = panel["guidance_fiscal_year"].astype("int64")
    right["guidance_fiscal_year"] = right["guidance_fiscal_year"].astype("int64")
    panel = pd.merge_asof(panel.sort_values("end", kind="stable"), right, on="end", by=["company_id", "guidance_fiscal_year"])
    year = panel["guidance_fiscal_year"].astype("Int64")
    panel["guidance_fiscal_year"] = year.where(panel["guidance_issued_date"].notna())
    return panel


def _staffed(panel: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    heads = tables["headcount"]
    heads = heads[heads["scope"] == "total"]
    rank = source_rank(heads, tables["sources"])
    heads = heads.iloc[np.lexsort((-rank, days(heads["as_of_date"])))]
    right = pd.DataFrame({
        "company_id": heads["company_id"].astype(object), "end": heads["as_of_date"].astype(panel["end"].dtype),
        "headcount": heads["employees"], "headcount_date": heads["as_of_date"],
    })  # fmt: skip
    return pd.merge_asof(panel.sort_values("end", kind="stable"), right, on="end", by="company_id")
