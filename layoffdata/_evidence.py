"""One table of all that was said about an announcement or programme."""

import pandas as pd

from . import _catalog
from .conflicts import _said
from .errors import UnknownName
from .resolve import bounds, stated

# Statements on capital spending and headcount within this time of the announcement are shown beside it: one quarter
# and the weeks until its results are published.
AROUND = pd.Timedelta(days=120)
COLUMNS = ["date", "what", "event_id", "statement", "low", "point", "high", "speaker", "speaker_name",
           "publisher", "source_type", "language", "published_date", "url", "source_id"]  # fmt: skip


def collect(asked: str) -> pd.DataFrame:
    """The table that `layoffdata.evidence` documents."""
    events = _catalog.read("announcements")
    chosen = events[(events["event_id"] == asked) | (events["program_id"] == asked).fillna(False)]
    if not len(chosen):
        known = sorted({*events["event_id"], *events["program_id"].dropna()})
        raise UnknownName("announcement or programme", asked, known, "Identifiers stand in load('layoffs') as event_id and program_id.")
    return _with_sources([*_of_tables(chosen["event_id"]), _around("capex_guidance", chosen), _around("headcount", chosen)])


def statements(event_ids: pd.Series) -> pd.DataFrame:
    """The rows of `collect` that belong to these announcements themselves, all at once."""
    return _with_sources(_of_tables(event_ids))


def _of_tables(event_ids: pd.Series) -> list[pd.DataFrame]:
    return [_of_events(name, event_ids) for name in ("layoff_reports", "layoff_status", "layoff_reasons", "layoff_units")]


def _with_sources(parts: list[pd.DataFrame]) -> pd.DataFrame:
    sources = _catalog.read("sources").set_index("source_id")
    out = pd.concat([part for part in parts if len(part)], ignore_index=True).reindex(columns=COLUMNS)
    cited = sources.reindex(out["source_id"]).reset_index()
    for column in ("publisher", "source_type", "language", "published_date", "url"):
        out[column] = cited[column]
    out["date"] = out["date"].fillna(out["published_date"])
    for column in ("low", "point", "high"):
        out[column] = out[column].astype(float)
    return out.sort_values(["date", "published_date", "what", "event_id", "source_id", "statement"], ignore_index=True)


def _of_events(name: str, ids: pd.Series) -> pd.DataFrame:
    rows = _catalog.read(name)
    rows = rows[rows["event_id"].isin(ids)]
    base = rows[["event_id", "source_id"]]
    if name == "layoff_reports":
        low, _, high = bounds(rows)
        jobs = (rows["measure"] == "jobs").to_numpy()
        said = [f"{f} jobs" if j else f"{f}% of {b} staff" for f, j, b in zip(_said(low, high, rows["qualifier"]), jobs, rows["base"], strict=True)]
        return base.assign(what=rows["measure"].astype(str), statement=said, low=rows["low"], point=rows["point"], high=rows["high"])
    if name == "layoff_status":
        return base.assign(what="status", date=rows["date"], statement=rows["status"].astype(str))
    if name == "layoff_reasons":
        said = rows["stance"].astype(str) + " " + rows["reason"].astype(str)
        return base.assign(what="reason", date=rows["said_date"], statement=said, speaker=rows["speaker"].astype(str), speaker_name=rows["speaker_name"])
    return base.assign(what="unit", statement=rows["unit"] + " (" + rows["basis"].astype(str) + ")")


def _around(name: str, chosen: pd.DataFrame) -> pd.DataFrame:
    rows = _catalog.read(name)
    rows = rows[rows["company_id"].isin(chosen["company_id"])]
    published = rows["source_id"].map(_catalog.read("sources").set_index("source_id")["published_date"])
    said = rows["issued_date"] if name == "capex_guidance" else published
    near = (said >= chosen["announced_date"].min() - AROUND) & (said <= chosen["announced_date"].max() + AROUND)
    rows, said = rows[near], said[near]
    base = rows[["source_id"]].assign(date=said)
    if name == "headcount":
        words = [f"{n:,} employees ({s}) on {d.date()}" for n, s, d in zip(rows["employees"], rows["scope"], rows["as_of_date"], strict=True)]
        return base.assign(what="headcount", statement=words, point=rows["employees"].astype(float))
    bare = stated(rows)
    low, high = bare["low"].fillna(bare["point"]), bare["high"].fillna(bare["point"])
    said = _said(low / 1e9, high / 1e9, rows["qualifier"])
    words = [f"{f} billion {c} for {b} {y}" for f, c, b, y in zip(said, rows["currency"], rows["year_basis"], rows["fiscal_year"], strict=True)]
    return base.assign(what="capex_guidance", statement=words, speaker=rows["speaker"].astype(str), speaker_name=rows["speaker_name"], **bare)
