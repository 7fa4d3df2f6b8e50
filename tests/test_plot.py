"""Pictures: what is drawn is what the package says, and what is missing is not drawn."""

import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

import layoffdata

pytest.importorskip("matplotlib")
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from layoffdata import plot
from layoffdata.plot._figure import STANCES

COMPANIES = ["amazon", "microsoft", "meta", "intel", "volkswagen", "basf"]


def drawn(figure):
    """Bars and lines by their identifier."""
    artists = [a for axes in figure.axes for a in [*axes.patches, *axes.lines, *axes.collections]]
    return {a.get_gid(): a for a in artists if a.get_gid()}


def svg(figure):
    figure.savefig(out := io.BytesIO(), format="svg")
    return out.getvalue().decode()


@pytest.mark.parametrize("name", COMPANIES)
def test_timeline_bars_are_the_figures(name):
    found, events = drawn(plot.timeline(name)), layoffdata.load("layoffs").query("company_id == @name")
    for row in events.itertuples():
        bar, net = found.get(row.event_id), found.get(f"{row.event_id}:net")
        held = row.relation == "part_of" and row.scope == "site" and (pd.isna(row.net_jobs) or row.net_jobs == 0)
        if row.jobs_basis == "none" or held:
            assert bar is None and net is None
            continue
        top = next(float(v) for v in (row.jobs, row.jobs_high, row.jobs_low) if not pd.isna(v))
        assert bar.get_height() == top and bar.get_facecolor()[3] == 0
        if pd.isna(row.net_jobs) or row.net_jobs == 0:
            assert net is None, "what adds nothing is hollow"
        else:
            colour, hatch, _ = STANCES[row.ai_stance]
            assert net.get_height() == row.net_jobs and net.get_facecolor()[:3] == to_rgba(colour)[:3] and (net.get_hatch() or "") == hatch
        assert (bar.get_linestyle() == "--") == (row.status in ("reported", "rumored"))
        assert (f"{row.event_id}:open" in found) == (pd.isna(row.jobs_low) or pd.isna(row.jobs_high))


def test_timeline_leaves_out_what_a_state_counts_of_a_total():
    figure, events = plot.timeline("amazon"), layoffdata.load("layoffs")
    assert "amazon-2025-10-28-b" not in drawn(figure) and "amazon-2025-10-28" in drawn(figure), "a notice of the state, and the whole"
    at_sites = events.query("relation == 'part_of' and scope == 'site'")
    held = at_sites.query("company_id == 'amazon'")["net_jobs"].fillna(0).eq(0).sum()
    assert f"Left out: {held} at single sites" in figure.get_supxlabel()
    without = events["company_id"][~events["company_id"].isin(at_sites["company_id"])].value_counts().index[0]
    assert "Left out" not in plot.timeline(without).get_supxlabel()


def test_timeline_capital():
    found, tables = drawn(plot.timeline("amazon")), layoffdata.load("capex").query("company_id == 'amazon' and definition == 'cash_ppe'")
    quarter = tables.query("fiscal_year == 2025 and fiscal_period == 'Q4'")["amount_usd"].iloc[-1]
    assert found["capex:2025Q4"].get_ydata()[0] == quarter / 1e9
    assert found["guidance:amazon-fy2025-2025-10-30-01"].get_ydata()[0] == 125 / 4
    assert found["guidance:amazon-fy2025-2025-07-31-01"].get_linestyle() == ":", "a third party's figure looks different"
    assert not any(gid.startswith("capex") for gid in drawn(plot.timeline("volkswagen")))


def test_guidance_beside_the_sum_of_four_quarters_where_the_year_is_not_known():
    quarters = pd.DataFrame({"fiscal_year": [2024, *[2025] * 4, 2026], "fiscal_period": ["FY", "Q1", "Q2", "Q3", "Q4", "Q1"], "amount": [10, 1, 2, 3, 4, 5]})
    assert plot._guidance._by_year(quarters).to_dict() == {"FY2024": 10, "FY2025": 10}
    assert plot._guidance._by_year(quarters.iloc[:0]).empty


def test_timeline_as_of():
    figure = plot.timeline("AMZN", as_of="2025-10-29")
    assert "amazon-2025-10-28" in drawn(figure) and "amazon-2026-01-28" not in drawn(figure)
    assert "as known on 2025-10-29" in figure.get_supxlabel()


@pytest.mark.parametrize("names", [["amazon", "microsoft", "meta"], "intel", ["volkswagen", "basf"]])
def test_jobs_and_capex(names):
    figure, panel = plot.jobs_and_capex(names), layoffdata.load("company_quarters")
    found, panel = drawn(figure), panel[panel["company_id"].isin([names] if isinstance(names, str) else names)]
    panel = panel[panel["quarter_start"] >= f"{panel.loc[panel['announcements'] > 0, 'quarter_start'].min().year}-01-01"]
    for row in panel.itertuples():
        for what, value, unit in (("jobs", row.net_jobs, 1), ("capex", row.capex_usd, 1e9)):
            bar = found.get(f"{row.company_id}:{row.quarter}:{what}")
            assert (bar is None) == pd.isna(value), "missing is not drawn"
            assert bar is None or bar.get_height() == pytest.approx(value / unit)
    assert all("US$ bn" in axes.get_title("left") for axes in figure.axes[1::2])


@pytest.mark.parametrize("freq", ["year", "quarter", "month"])
@pytest.mark.parametrize("by", ["ai_stance", "sector", "kind", None])
def test_totals(by, freq):
    figure = plot.totals(by=by, freq=freq)
    found, whole = drawn(figure), layoffdata.totals(freq=freq)
    for period, row in whole.iterrows():
        heights = [a.get_height() for gid, a in found.items() if gid.startswith(f"{period}:") and hasattr(a, "get_height")]
        assert sum(heights) == (0 if pd.isna(row["point"]) else row["point"])
        assert (f"{period}:range" in found) == (not pd.isna(row["low"]) and row["low"] < row["high"])
    assert freq in figure.get_suptitle() and figure.axes[0].get_ylabel() == f"jobs announced per {freq}"
    if by == "ai_stance":
        for gid, bar in found.items():
            if not gid.endswith(":range"):
                assert bar.get_facecolor() == to_rgba(STANCES[gid.split(":")[1]][0])


def test_stances_are_those_of_the_schema_and_differ_in_grey():
    field = layoffdata.describe("layoffs").loc["ai_stance", "values"].split(", ")
    assert set(STANCES) == set(field)
    assert len({hatch for _, hatch, _ in STANCES.values()}) == len({colour for colour, _, _ in STANCES.values()}) == len(STANCES)


@pytest.mark.parametrize("name", ["amazon", "meta", "alphabet", "intel", "volkswagen"])
def test_guidance(name):
    figure = plot.guidance(name)
    found, rows = drawn(figure), layoffdata.load("capex_guidance").query("company_id == @name")
    for row in rows[rows["guidance_id"].isin(list(found))].itertuples():
        point = found[row.guidance_id]
        value = next(float(v) for v in (row.point_usd, row.low_usd, row.high_usd) if not pd.isna(v))
        assert point.get_ydata()[0] == value / 1e9
        assert (point.get_markerfacecolor() == "white") == (row.speaker not in ("company", "executive"))
    if name == "amazon":
        assert found["actual:FY2025"].get_ydata()[0] == 131.819 and "actual:FY2026" not in found
    if name == "volkswagen":
        assert "no guidance" in figure.axes[0].texts[0].get_text()


def test_guidance_that_was_not_given_in_dollars_is_drawn_in_its_currency():
    figure = plot.guidance("samsung-electronics")
    rows = layoffdata.load("capex_guidance").query("company_id == 'samsung-electronics'")
    assert set(rows["currency"]) == {"KRW"} and rows[["low_usd", "point_usd", "high_usd"]].isna().all(axis=None)
    for row in rows.itertuples():
        assert drawn(figure)[row.guidance_id].get_ydata()[0] == row.point_local / 1e9
    year = layoffdata.load("capex", as_of="2100-01-01").query("company_id == 'samsung-electronics' and fiscal_year == 2024 and definition == 'cash_ppe'")
    assert drawn(figure)["actual:FY2024"].get_ydata()[0] == year["amount_local"].item() / 1e9
    assert figure.axes[0].get_ylabel().endswith("KRW bn") and plot.timeline("samsung-electronics").axes[0].get_ylabel().endswith("KRW bn per quarter")


def test_guidance_of_a_calendar_year_is_named_and_meets_no_actual():
    axes = plot.guidance("microsoft").axes[0]
    assert {text.get_text() for text in axes.texts if "2026" in text.get_text()} == {"FY2026: 115.9", "CY2026"}
    # The lines that lead to the actual of fiscal 2026 begin with what was said of fiscal 2026.
    begins = [line.get_ydata()[0] for line in axes.lines if len(line.get_ydata()) == 2 and line.get_ydata()[1] == 115.948]
    assert begins == [100]
    assert any("CY: a calendar year" in text.get_text() for text in plot.timeline("microsoft").texts)


def test_the_name_of_a_year_hides_no_spending():
    sides = {text.get_text(): text.get_va() for text in plot.timeline("amazon").axes[0].texts}
    assert sides["FY2023"] == "top" and sides["FY2025"] == "bottom"  # spending ran just above the guidance of 2023


@pytest.mark.parametrize("event", ["amazon-2026-01-28", "amazon-2025", "microsoft-2025-07-02"])
def test_evidence(event):
    (axes,) = plot.evidence(event).axes
    rows = layoffdata.evidence(event).query("what in ['jobs', 'share_pct', 'status', 'reason', 'unit']")
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert set(labels) == set(rows["publisher"]) and len(labels) == len(rows.groupby(["date", "publisher", "source_type"], observed=True))
    legend = {text.get_text() for text in axes.get_legend().get_texts()}
    assert "newspaper or broadcaster" in legend and "jobs" in legend


@pytest.mark.parametrize("draw", [lambda: plot.timeline("intel"), lambda: plot.totals(), lambda: plot.guidance("meta"), lambda: plot.evidence("amazon-2025"), lambda: plot.jobs_and_capex("basf")])  # fmt: skip
def test_every_picture_has_title_source_and_the_same_bytes(draw):
    figure, text = draw(), svg(draw())
    assert isinstance(figure, Figure) and figure.get_suptitle() in text
    assert f"Source: layoffdata {layoffdata.__version__} (CC BY 4.0)" in text
    assert svg(figure) == text and figure._repr_png_()[:4] == b"\x89PNG"


def test_unknown_names():
    for call in (lambda: plot.timeline("Amazn"), lambda: plot.guidance("Amazn"), lambda: plot.jobs_and_capex(["Amazn"]), lambda: plot.evidence("amazon-2026-01-29x"),
                 lambda: plot.totals(by="weather"), lambda: plot.totals(freq="day")):  # fmt: skip
        with pytest.raises(layoffdata.UnknownName):
            call()


def test_matplotlib_only_when_asked_and_said_if_missing():
    code = "import sys, layoffdata; layoffdata.load('layoffs'); assert 'matplotlib' not in sys.modules; sys.modules['matplotlib'] = None; layoffdata.plot"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert "pip install 'layoffdata[plot]'" in done.stderr.splitlines()[-1]


def test_notebook_runs_and_is_stripped():
    book, names = json.loads((ROOT / "scripts/examples/amazon.ipynb").read_text(encoding="utf-8")), {}
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert names["by_year"].loc[2025, "capex_usd"] > names["by_year"].loc[2024, "capex_usd"]


def test_picture_of_the_readme(tmp_path):
    sys.path.insert(0, str(ROOT / "scripts/examples"))
    import picture

    picture.main(tmp_path / "amazon.png")
    assert (tmp_path / "amazon.png").stat().st_size < 150_000 and picture.TARGET.stat().st_size < 150_000
