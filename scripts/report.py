#!/usr/bin/env python3
"""How well the data cover the ground, from the compiled tables: `python scripts/check.py --report`, or this alone."""

import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the library of this checkout, installed or not

import layoffdata
from layoffdata._text import text

MANY = 15  # groups shown of a long list; the rest is one line
LARGEST = 10  # conflicts shown


def second_source(events: pd.DataFrame) -> pd.Series:
    """Whether two publishers, whose names differ by more than case, report each announcement."""
    cited = pd.concat([layoffdata.load(name)[["event_id", "source_id"]] for name in ("layoff_reports", "layoff_status")])
    publisher = cited["source_id"].map(layoffdata.load("sources").set_index("source_id")["publisher"].str.casefold())
    return events["event_id"].map(publisher.groupby(cited["event_id"]).nunique()).fillna(0) >= 2


def marked(events: pd.DataFrame) -> pd.DataFrame:
    """One row per announcement: its groups, and what is said of it as 0 or 1."""
    return pd.DataFrame({
        "year": events["announced_date"].dt.year, "sector": events["sector"].astype(str), "country": events["country_code"],
        "grade": events["evidence_grade"].astype(str), "ai_stance": events["ai_stance"].astype(str), "company": events["company_id"],
        "net_jobs": events["net_jobs"], "no_figure": events["jobs_basis"] == "none", "second_source": second_source(events),
        "share": events["share_pct"].notna(), "share_computed": events["share_pct_computed"].notna(),
    })  # fmt: skip


def percent(mask: pd.Series) -> str:
    return f"{100 * mask.mean():.0f}%" if len(mask) else ""


def grouped(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Announcements, employers, jobs counted once and the quality of the rows, per group; long lists are cut at the largest."""
    size = rows[by].value_counts()
    if len(size) > MANY + 1 and by != "year":
        rows = rows.assign(**{by: rows[by].where(rows[by].isin(size.index[:MANY]), f"{len(size) - MANY} others")})
    out = []
    for name, group in rows.groupby(by):
        out.append({
            by: str(name), "announcements": len(group), "employers": group["company"].nunique(), "net_jobs": int(group["net_jobs"].sum()),
            "no_figure": int(group["no_figure"].sum()), "second_source": percent(group["second_source"]),
            "grade_A_or_B": percent(group["grade"].isin(["A", "B"])), "share_or_computed": percent(group["share"] | group["share_computed"]),
        })  # fmt: skip
    frame = pd.DataFrame(out)
    if by in ("sector", "country"):
        frame = frame.sort_values("announcements", ascending=False, kind="stable", key=lambda n: n.where(~frame[by].str.endswith("others"), -1))
    return frame.reset_index(drop=True)


def largest_conflicts(conflicts: pd.DataFrame) -> pd.DataFrame:
    """The conflicts with the widest gap, and how many there are of each kind."""
    order = conflicts["gap_pct"].abs().sort_values(ascending=False, kind="stable").index
    top = conflicts.loc[order[:LARGEST]]
    about = top["event_id"].astype(object).where(top["event_id"].notna(), top["company_id"] + ": " + top["subject"])
    columns = {"kind": top["kind"].astype(str), "about": about, "one": top["value_a"], "other": top["value_b"], "gap_pct": top["gap_pct"]}
    return pd.DataFrame(columns).reset_index(drop=True)


def report() -> str:
    """The diagnostics of the dataset as plain aligned text."""
    rows, conflicts = marked(layoffdata.load("layoffs")), layoffdata.load("conflicts")
    days = layoffdata.load("layoffs")["announced_date"]
    facts = pd.DataFrame([
        ("announcements", str(len(rows)), f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"),
        ("employers with an announcement", str(rows["company"].nunique()), f"of {len(layoffdata.load('companies'))}"),
        ("jobs, each counted once", str(int(rows["net_jobs"].sum())), ""),
        ("without any figure", str(int(rows["no_figure"].sum())), percent(rows["no_figure"])),
        ("with a second independent source", str(int(rows["second_source"].sum())), percent(rows["second_source"])),
        ("with a share as a source states it", str(int(rows["share"].sum())), percent(rows["share"])),
        ("with a share computed from headcount", str(int(rows["share_computed"].sum())), percent(rows["share_computed"])),
        ("with either share", str(int((rows["share"] | rows["share_computed"]).sum())), percent(rows["share"] | rows["share_computed"])),
        ("conflicts", str(len(conflicts)), ", ".join(f"{n} {kind}" for kind, n in conflicts["kind"].astype(str).value_counts().items())),
    ], columns=["fact", "number", "note"])  # fmt: skip
    parts = [f"layoffdata {layoffdata.__version__}", text(facts, "table").split("\n", 1)[1].rstrip()]
    for by, title in (
        ("year", "year"),
        ("sector", "sector (NAICS 2022)"),
        ("country", "country of the employer"),
        ("grade", "evidence grade"),
        ("ai_stance", "AI stance"),
    ):
        parts.append(f"By {title}\n" + text(grouped(rows, by), "table").rstrip())
    parts.append(f"Largest conflicts\n{text(largest_conflicts(conflicts), 'table').rstrip()}")
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(report())
