"""What the first page shows: three panels on one time axis, the tables behind them, and the figures of the whole."""

import pandas as pd

import layoffdata
from layoffdata import resolve

from . import charts, words
from .data import Data

SPENDERS = 6  # as many as can be told apart in one panel
VOICES = {
    "employer": "stated by the employer", "others": "stated by others only", "denied": "denied by the employer", "qualified": "qualified by the employer",
}  # fmt: skip


def axis(data: Data) -> tuple[pd.Timestamp, pd.Timestamp]:
    """From the first year with announcements to the month through which the evidence was reviewed."""
    first = data["layoffs"]["announced_date"].min().to_period("Q").start_time
    last = max(data["layoffs"]["announced_date"].max().to_period("M"), pd.Period(data.package["reviewed_through"], "M"))
    return first, (last + 1).start_time


def jobs(data: Data) -> dict:
    """Jobs announced by month: bars for the sum of points, lines from low to high."""
    first, last = axis(data)
    table = layoffdata.totals(freq="month")
    place, top = charts.across(first, last), float(table[["point", "high"]].max().max())
    peak = table["point"].astype(float).idxmax()
    text = f"Bar chart of jobs announced by month, {first.year} to {table.index[-1]}; the most in {words.month(peak)}: {words.span(*table.loc[peak, ['low', 'point', 'high']])}. A table follows."
    least = float(table["point"].min())
    least = least if least < -top / 50 else 0  # a month just below zero needs no room of its own
    chart, down = charts.panel("jobs per month", text, least, top, first, last, 230)
    for period, row in table.iterrows():
        if pd.isna(row["point"]):
            continue
        month = pd.Period(period, "M")
        left, right = place(month.start_time), place((month + 1).start_time)
        said = f"{words.month(period)}: {words.span(row['low'], row['point'], row['high'], row['events_open_ended'] > 0)} jobs"
        chart.marks.append(charts.rect(left + 0.15, right - left - 0.3, down(row["point"]), down(0), css="jobs", title=said))
        if row["low"] < row["high"]:
            middle = round((left + right) / 2, 2)
            chart.marks.append(charts.line(middle, down(row["low"]), middle, down(row["high"]), css="range"))
    return {"chart": chart, "rows": [(period, *row) for period, row in zip(table.index, table.itertuples(index=False), strict=True)]}


def spenders(data: Data) -> pd.DataFrame:
    """Capital spending by calendar quarter (rows) of the employers that spent the most in them (columns), in US dollars."""
    first, _ = axis(data)
    panel = data["company_quarters"]
    panel = panel[(panel["quarter_start"] >= first) & panel["capex_usd"].notna()]
    wide = panel.pivot(index="quarter", columns="company_id", values="capex_usd")
    largest = wide.sum().sort_values(ascending=False, kind="stable").index[:SPENDERS]
    every = pd.period_range(pd.Period(panel["quarter"].min(), "Q"), pd.Period(panel["quarter"].max(), "Q"), freq="Q").astype(str)
    return wide[largest].reindex(every)


def capex(data: Data) -> dict:
    first, last = axis(data)
    table = spenders(data)
    place = charts.across(first, last)
    names = [data.names[company] for company in table]
    most = table.max().max()
    text = f"Line chart of capital spending by calendar quarter of {', '.join(names)}; the most is {words.decimal(round(most / words.BILLION, 1))} billion US dollars in a quarter by {data.names[table.max().astype(float).idxmax()]}. A table follows."
    chart, down = charts.panel("US$ bn per quarter", text, 0, float(most) / words.BILLION, first, last, 200)
    for i, (company, name) in enumerate(zip(table, names, strict=True)):
        before: tuple[float, float] | None = None
        for quarter, value in table[company].items():
            if pd.isna(value):
                before = None  # a quarter that is not known is a gap, not a line across
                continue
            period = pd.Period(quarter, "Q")
            here = (place(period.start_time + (period.end_time - period.start_time) / 2), down(value / words.BILLION))
            if before:
                chart.marks.append(charts.line(*before, *here, css=f"s{i}"))
            chart.marks.append(charts.symbol(*here, f"m{i}", css=f"s{i}", title=f"{name}, {quarter}: US$ {value / words.BILLION:,.1f} bn"))
            before = here
    return {"chart": chart, "names": names, "rows": [(quarter, *row) for quarter, *row in table.itertuples()]}


def said_of_ai(data: Data) -> pd.DataFrame:
    """Announcements by quarter of what was said of artificial intelligence as a reason, in the columns of VOICES.

    An announcement counts once in a quarter above the line (by the employer, or by others only) and once below it.
    """
    rows = data["layoff_reasons"]
    rows = rows[rows["reason"].isin(resolve.AI_REASONS)]
    own = rows["speaker"].isin(resolve.EMPLOYER_VOICES)
    quarter = rows["said_date"].dt.to_period("Q")
    stance = {name: rows["stance"] == name for name in resolve.STANCES}

    def of(mask: pd.Series) -> set:
        return set(zip(quarter[mask], rows["event_id"][mask], strict=True))

    parts = {"employer": of(own & stance["states"]), "others": of(~own & stance["states"]), "denied": of(own & stance["denies"]), "qualified": of(own & stance["qualifies"])}  # fmt: skip
    parts["others"] -= parts["employer"]
    parts["qualified"] -= parts["denied"]
    first, last = axis(data)
    every = pd.period_range(first, last - pd.Timedelta(days=1), freq="Q")
    return pd.DataFrame({name: [sum(said == quarter for said, _ in pairs) for quarter in every] for name, pairs in parts.items()}, index=every)


def reasons(data: Data) -> dict:
    first, last = axis(data)
    table = said_of_ai(data)
    place = charts.across(first, last)
    sums = table.sum()
    text = "Bar chart by quarter of announcements for which AI was given as a reason, above the line, or denied, below it: " + ", ".join(f"{sums[name]} {VOICES[name]}" for name in VOICES) + ". A table follows."  # fmt: skip
    above, below = (table["employer"] + table["others"]).max(), (table["denied"] + table["qualified"]).max()
    chart, down = charts.panel("announcements per quarter", text, -float(below), float(above), first, last, 200)
    for quarter, row in table.iterrows():
        left, right = place(quarter.start_time), min(place((quarter + 1).start_time), 100)
        for sign, names in ((1, ("employer", "others")), (-1, ("denied", "qualified"))):
            base = 0
            for name in names:
                if row[name]:
                    y1, y2 = down(sign * base), down(sign * (base + row[name]))
                    said = f"{quarter}: {words.count(int(row[name]), 'announcement')}, {VOICES[name]}"
                    chart.marks.append(charts.rect(left + 0.3, right - left - 0.6, y1, y2, css="bar", fill=f"v-{name}", title=said))
                base += row[name]
    return {"chart": chart, "voices": VOICES, "rows": [(str(quarter), *row) for quarter, *row in table[table.any(axis=1)].itertuples()]}


def largest(data: Data, n: int = 10) -> list[dict]:
    """Employers by jobs announced, counted once."""
    table = layoffdata.totals(by="company").sort_values(["point", "events"], ascending=False, kind="stable").head(n)
    return [{"id": company, "name": data.names[company], **row} for company, row in zip(table.index, table.to_dict("records"), strict=True)]


def context(data: Data) -> dict:
    return {
        "jobs": jobs(data), "capex": capex(data), "reasons": reasons(data), "largest": largest(data), "latest": data.rows[:10],
        "total": layoffdata.totals().iloc[0], "years": list(layoffdata.totals(by="year").itertuples()), "employers": data["layoffs"]["company_id"].nunique(),
    }  # fmt: skip
