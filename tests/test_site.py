"""The explorer: what its pages say is what the package says, and it works in a real browser without any outside request."""

import csv
import io
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from conftest import ROOT

import layoffdata
from layoffdata import _evidence, _sums

pytest.importorskip("jinja2", reason="the explorer needs jinja2: pip install -e '.[site]'")
from explorer import data as site_data
from explorer import overview, timeline, words, write

BUDGET = 2_000_000  # bytes of everything that a visit may need, downloads aside
VOID = {"meta", "link", "input", "br", "img", "hr"}
IMPLIED = {"tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"}}  # what such a start tag ends


class Page(HTMLParser):
    """Identifiers, references and table rows of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loads, self.rows, self.open = [], [], [], [], []
        self.words = {}  # text by the identifier of what holds it
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in IMPLIED:
            inside = [name for name, _ in self.open]
            table = len(inside) - inside[::-1].index("table")
            del self.open[next((at for at in range(table, len(inside)) if inside[at] in IMPLIED[tag]), len(inside)) :]
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag in ("a", "area"):
            self.links.append(attrs.get("href"))
        for name in ("src", "srcset", "data", "poster", "action", "background", "style", *(["href"] if tag not in ("a", "area") else [])):
            if attrs.get(name):
                self.loads.append(attrs[name])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append((tag, attrs.get("id")))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [tag for tag, _ in self.open]
        if ("td" in tags or "th" in tags) and self.rows:
            self.rows[-1][-1] += data
        for _, name in self.open:
            if name:
                self.words[name] = self.words.get(name, "") + data


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    return write.replace(tmp_path_factory.mktemp("explorer") / "site")


@pytest.fixture(scope="session")
def pages(site):
    return {path.relative_to(site).as_posix(): Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def cells(page):
    return [[" ".join(cell.split()) for cell in row] for row in page.rows]


# ------------------------------------------------------------------------------------------- structure
def test_every_internal_link_resolves(site, pages):
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https"), f"{name}: {link}"
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            assert target.resolve().is_file(), f"{name}: {link}"
            if parts.fragment:
                assert parts.fragment in pages[target.resolve().relative_to(site.resolve()).as_posix()].ids, f"{name}: {link}"


def test_identifiers_are_unique_and_valid(pages):
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name
        assert not any(re.search(r"\s", name) for name in page.ids)


def test_nothing_is_loaded_from_outside(site, pages):
    for name, page in pages.items():
        for load in page.loads:
            assert not re.match(r"(?:[a-z]+:)?//|[a-z]+:", load), f"{name} loads {load}"
            assert ((site / name).parent / load).resolve().is_file() or load.startswith("#"), f"{name} loads {load}"
    for path in (site / "static").iterdir():
        text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttpRequest|import\(|sendBeacon|WebSocket", text), path.name


def test_every_employer_has_a_page_and_no_other(site, pages):
    own = {name.removeprefix("employers/").removesuffix(".html") for name in pages if name.startswith("employers/")}
    assert own == set(layoffdata.load("companies")["company_id"])
    assert {page for page, _ in write.PAGES} == {name for name in pages if "/" not in name}


def test_no_missing_value_shows_as_a_word(site):
    for path in site.rglob("*.html"):
        found = re.search(r">\s*(?:nan|NaN|NaT|None|&lt;NA&gt;)\b|\bNaT\b|&lt;NA&gt;|\bnan (?:jobs|to)\b|to nan\b", path.read_text(encoding="utf-8"))
        assert not found, f"{path.name}: {found[0]}"


def test_size(site):
    sizes = {path.relative_to(site).as_posix(): path.stat().st_size for path in site.rglob("*") if path.is_file()}
    shared = sum(size for name, size in sizes.items() if "/" not in name or name.startswith("static/"))
    own = [size for name, size in sizes.items() if name.startswith("employers/")]
    assert shared + max(own) < BUDGET and sorted(own)[len(own) // 2] < 20_000


def test_the_same_data_give_the_same_bytes(site, tmp_path):
    again = write.replace(tmp_path / "site")
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert all((site / name).read_bytes() == (again / name).read_bytes() for name in files)


def test_a_failed_run_leaves_the_previous_site(site, tmp_path, monkeypatch):
    target = tmp_path / "site"
    shutil.copytree(site, target)
    monkeypatch.setattr(write.downloads, "write", lambda folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write.replace(target)
    assert (target / "index.html").read_bytes() == (site / "index.html").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["site"], "nothing is left lying about"


def test_another_folder_is_not_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    command = [sys.executable, ROOT / "scripts/site.py", "--to", tmp_path / "thesis"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1 and "name another folder" in done.stderr and "Traceback" not in done.stderr
    assert (tmp_path / "thesis" / "chapter.txt").exists()


def test_names_are_escaped(tmp_path, monkeypatch):
    nasty = """Müller & Söhne <script>alert("1")</script> 'x' `y`"""
    data = site_data.load()
    companies = data["companies"].assign(name=data["companies"]["name"].mask(data["companies"]["company_id"] == "amazon", nasty))
    layoffs = data["layoffs"].assign(company_name=data["layoffs"]["company_name"].mask(data["layoffs"]["company_id"] == "amazon", nasty))
    spoilt = site_data.Data(data.package, data.tables | {"companies": companies, "layoffs": layoffs})
    monkeypatch.setattr(write, "load", lambda: spoilt)
    target = write.replace(tmp_path / "site")
    for name in ("index.html", "announcements.html", "employers.html", "conflicts.html", "employers/amazon.html"):
        text = (target / name).read_text(encoding="utf-8")
        assert "Müller &amp; Söhne &lt;script&gt;" in text and "<script>alert" not in text, name


# ------------------------------------------------------------------------------------------- numbers
def test_overview_sums_are_those_of_totals(pages):
    rows, months = cells(pages["index.html"]), layoffdata.totals(freq="month")
    shown = {row[0]: row[1:] for row in rows if re.fullmatch(r"\d{4}-\d{2}", row[0]) and len(row) == 7}
    assert set(shown) == set(months.index)
    for month, row in months.iterrows():
        assert shown[month] == [words.number(row[part]) for part in months.columns]
    years = {row[0]: row[1:] for row in rows if re.fullmatch(r"\d{4}", row[0])}
    for year, row in layoffdata.totals(by="year").iterrows():
        assert years[year][:2] == [words.number(row["low"]), words.number(row["point"])] and years[year][2].startswith(words.number(row["high"]))


def test_overview_charts_hold_the_same_figures():
    data = site_data.load()
    chart = overview.jobs(data)["chart"]
    bars = [mark for mark in chart.marks if mark["kind"] == "rect"]
    assert len(bars) == layoffdata.totals(freq="month")["point"].notna().sum()
    (y0, low), *_, (y1, high) = [(y, float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))) for y, text in chart.ticks]
    unit = (y0 - y1) / (high - low)
    for bar, value in zip(bars, layoffdata.totals(freq="month")["point"].dropna(), strict=True):
        assert bar["h"] == pytest.approx(abs(value) * unit, abs=0.11)
    spent = overview.spenders(data)
    panel = layoffdata.load("company_quarters").set_index(["company_id", "quarter"])["capex_usd"]
    for company in spent:
        for quarter, value in spent[company].items():
            known = panel.get((company, quarter), pd.NA)
            assert (pd.isna(value) and pd.isna(known)) or value == known


def test_ai_panel_counts_announcements():
    data = site_data.load()
    table, rows = overview.said_of_ai(data), data["layoff_reasons"]
    rows = rows[rows["reason"].astype(str).str.startswith("ai_") & rows["speaker"].isin(["company", "executive", "spokesperson", "filing"])]
    for stance, column in (("states", "employer"), ("denies", "denied")):
        said = rows[rows["stance"] == stance]
        assert table[column].sum() == len({(d.to_period("Q"), e) for d, e in zip(said["said_date"], said["event_id"], strict=True)}) > 0


def test_table_of_announcements(pages):
    frame = layoffdata.load("layoffs").sort_values(["announced_date", "event_id"], ascending=[False, True])
    shown = cells(pages["announcements.html"])[1:]
    assert len(shown) == len(frame)
    for cell, row in zip(shown, frame.itertuples(), strict=True):
        date = row.announced_date.strftime("%Y-%m" if row.date_precision == "month" else "%Y-%m-%d")
        assert cell[:2] == [date, " ".join(row.company_name.split())]
        figure = next((f"{value:,}" for value in (row.jobs, row.jobs_low, row.jobs_high) if not pd.isna(value)), "not stated")
        assert figure in cell[2] and (figure == "not stated") == (row.jobs_basis == "none")
        assert {"about": "about ", "up_to": "up to ", "at_least": "at least "}.get(row.jobs_qualifier, "") in cell[2]
        assert (cell[3] == "net decline") == (row.kind == "net_decline")
        assert cell[5] == str(row.status).replace("_", " ") and cell[7] == row.evidence_grade


def test_employers_carry_their_totals(pages):
    shown, sums, names = cells(pages["employers.html"])[1:], layoffdata.totals(by="company"), layoffdata.load("companies").set_index("company_id")["name"]
    by_name = {row[0]: row[1] for row in shown}
    for company, row in sums.iterrows():
        said = words.span(row["low"], row["point"], row["high"], row["events_open_ended"] > 0)
        assert by_name[" ".join(names[company].split())] == said
        if said:
            assert said in pages[f"employers/{company}.html"].words["main"]


@pytest.mark.parametrize("event", ["amazon-2025-10-28", "amazon-2026-01-28", "microsoft-2025-07-02"])
def test_evidence_is_that_of_the_package(pages, event):
    rows = layoffdata.evidence(event)
    rows = rows[rows["event_id"] == event]
    page = pages[f"employers/{event.split('-')[0]}.html"]
    article = page.words[event]
    assert f"{len(rows)} statements in {rows['source_id'].nunique()} documents" in article
    assert set(rows["url"]) <= set(page.links)
    assert all(publisher in article for publisher in rows["publisher"])


def test_evidence_at_once_is_evidence_one_by_one():
    events = ["amazon-2026-01-28", "microsoft-2025-07-02", "3m-2023-01-24"]
    whole = _evidence.statements(pd.Series(events))
    for event in events:
        one = layoffdata.evidence(event)
        pd.testing.assert_frame_equal(one[one["event_id"] == event].reset_index(drop=True), whole[whole["event_id"] == event].reset_index(drop=True))


def test_explanations_at_once_are_explanations_one_by_one():
    whole = _sums.explained(layoffdata.load("layoffs")).set_index("event_id")
    for program in ("amazon-2025", "3m-2023"):
        one = layoffdata.explain(program).set_index("event_id")
        pd.testing.assert_frame_equal(one, whole.loc[one.index])


def test_amazon(pages):
    page = pages["employers/amazon.html"]
    assert "about 14,000 jobs" in page.words["amazon-2025-10-28"] and "about 16,000 jobs" in page.words["amazon-2026-01-28"]
    assert "up to 30,000" in page.words["amazon-2025-10-27"] and "only reported, never confirmed" in page.words["amazon-2025-10-27"]
    year = next(text for name, text in page.words.items() if name.startswith("guidance_year:amazon-capex-guidance-for-2026"))
    assert "125 billion USD for 2025" in year and "125 billion USD for 2026" in year
    found = [row for row in cells(page) if row[0] == "2025" and "spent, as last filed" in row]
    assert found[0][3] == "131.819 USD"


def test_guidance_of_a_calendar_year_stands_apart(pages):
    rows = [row for row in cells(pages["employers/microsoft.html"]) if any("Amy Hood" in cell for cell in row)]
    assert [(row[0], row[3]) for row in rows] == [("calendar 2026", "about 190 USD"), ("calendar 2026", "about 175 USD")]


def test_guidance_keeps_its_currency(pages):
    assert "about 47,400 KRW" in [row[3] for row in cells(pages["employers/samsung-electronics.html"]) if row[0] == "2025"]


def test_capital_spending_keeps_its_currency(pages):
    rows = layoffdata.load("capex", as_of="2100-01-01")  # the vintage in force
    for row in rows.itertuples():
        value = row.amount_local if pd.isna(row.amount_usd) else row.amount_usd
        assert f"{value / 1e6:,.12g} {row.currency}" in pages[f"employers/{row.company_id}.html"].words["main"]
    for row in layoffdata.load("coverage").itertuples():
        assert (
            f"{row.year} (through {row.covered_through_date:%Y-%m-%d}): {str(row.result).replace('_', ' ')}"
            in pages[f"employers/{row.company_id}.html"].words["main"]
        )


def test_unlike_spending_never_stands_on_one_axis():
    def row(definition, currency, year, period):
        return SimpleNamespace(definition=definition, currency=currency, fiscal_year=year, fiscal_period=period, period_start=pd.Timestamp(year, 1, 1))

    periods = [(2022, "FY"), (2022, "Q1"), (2023, "FY"), *((2023, f"Q{i}") for i in (1, 2, 3, 4)), (2024, "Q1")]
    rows = [row("cash_ppe", "USD", *period) for period in periods] + [row("company_defined", "USD", 2021, "FY")]
    drawn, definition, currency = timeline.spent_alike(rows)
    assert [(r.fiscal_year, r.fiscal_period) for r in drawn] == [periods[0], *periods[3:]] and (definition, currency) == ("cash_ppe", "USD")
    assert timeline.spent_alike([row("company_defined", "EUR", 2022, "FY")])[1:] == ("company_defined", "EUR")


def test_a_year_known_by_its_four_quarters_only():
    periods = [(2022, "FY"), *((2022, f"Q{i}") for i in (1, 2, 3, 4)), *((2023, f"Q{i}") for i in (1, 2, 3, 4)), (2024, "Q1")]
    rows = [SimpleNamespace(definition="cash_ppe", fiscal_year=year, fiscal_period=period) for year, period in periods]
    found = timeline.actual_beside_guidance(rows, [])
    assert [(year["year"], [row.fiscal_period for row in year["actual"]]) for year in found] == [(2023, ["Q1", "Q2", "Q3", "Q4"]), (2022, ["FY"])]


def test_conflicts_are_all_there(pages):
    frame = layoffdata.load("conflicts")
    assert set(frame["conflict_id"]) <= set(pages["conflicts.html"].ids)
    sources = layoffdata.load("sources").set_index("source_id")["url"]
    assert {*sources[frame["source_id_a"]], *sources[frame["source_id_b"]]} <= set(pages["conflicts.html"].links)


def test_codebook_is_describe(pages):
    page = pages["codebook.html"]
    for table in layoffdata.tables().index:
        for field, row in layoffdata.describe(table).iterrows():
            text = page.words[f"{table}.{field}"]
            assert row["description"].replace("`", "") in text and row["dtype"] in text and row["unit"] in text and row["values"] in text, f"{table}.{field}"


def test_downloads_are_the_files(site, pages):
    for table in layoffdata.tables().index:
        assert (site / "data" / f"{table}.parquet").read_bytes() == layoffdata.path(table).read_bytes()
        rows = list(csv.reader(io.StringIO((site / "data" / f"{table}.csv").read_text(encoding="utf-8"))))
        assert rows[0] == list(layoffdata.describe(table).index) and len(rows) == len(layoffdata.load(table)) + 1
    assert all(layoffdata.cite(style) in (pages["downloads.html"].words["main"]) for style in ("text", "bibtex", "csl-json"))


def test_the_descriptor_speaks_for_itself(pages, package):
    text = " ".join(pages["reading.html"].words["main"].split())
    assert all(caveat.replace("`", "") in text for caveat in package["caveats"].values())
    assert words.month(package["reviewed_through"]) in pages["index.html"].words["main"]


@pytest.mark.parametrize(
    ("figure", "said"),
    [((14000, 14000, "about"), "about 14,000"), ((None, 30000, "up_to"), "up to 30,000"), ((500, None, "at_least"), "at least 500"),
     ((2000, 3000, "between"), "2,000 to 3,000"), ((1234567, 1234567, "exact"), "1,234,567"), ((None, None, None), "")],
)  # fmt: skip
def test_uncertain_numbers_look_uncertain(figure, said):
    assert words.hedged(*figure) == said


@pytest.mark.parametrize(
    ("figure", "said"),
    [((5, 5, 5), "5"), ((None, 30000, 30000), "up to 30,000"), ((100, 100, None), "at least 100"), ((2000, 2000, 3000), "2,000 to 3,000"),
     ((-457, -400, 2043), "\N{MINUS SIGN}400 (\N{MINUS SIGN}457 to 2,043)"), ((pd.NA, pd.NA, pd.NA), ""), ((0, 0, 0), "0")],
)  # fmt: skip
def test_what_is_added(figure, said):
    assert words.added(*(pd.NA if value is None else value for value in figure)) == said


def test_a_share_that_is_a_range_shows_its_lower_end(pages):
    ranges = layoffdata.load("layoffs").query("share_qualifier == 'between'")
    assert len(ranges)
    for row in ranges.itertuples():
        assert f"at least {row.share_pct:g}% of" in pages[f"employers/{row.company_id}.html"].words[row.event_id]


def test_a_timeline_draws_what_is_known():
    data = site_data.load()
    events = [row for row in data.rows if row.company_id == "amazon"]
    chart = timeline.announcements(events, *timeline.span(events, [], []))
    outlines = [mark for mark in chart.marks if mark["css"].startswith("outline")]
    held = [row for row in events if row.held]
    assert "amazon-2025-10-28-b" in {row.event_id for row in held}, "what the state of Washington counts of the 14,000"
    assert len(outlines) == sum(row.jobs_basis == "reported" for row in events) - sum(row.jobs_basis == "reported" for row in held)
    filled = [mark for mark in chart.marks if mark["css"] == "bar"]
    assert len(filled) == sum(not pd.isna(row.sum_point) and row.sum_point != 0 for row in events)
    assert all(0 <= mark["x"] <= 100 for mark in outlines)
    assert timeline.span([], [], []) is None
    assert timeline.announcements(events[:1], *timeline.span(events, [], [])) is None


# ------------------------------------------------------------------------------------------- in a browser
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.skip("no chromium, chromium-browser or google-chrome on PATH: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright: pip install -e '.[dev]'")
    with sync_api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, site):
    """Opens pages as files, in any look; fails on an error of a script and on any request that leaves."""
    contexts, faults = [], []

    def visit(name="index.html", width=1280, height=900, base=None, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(("file:", "http://127.0.0.1")) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.goto(f"{base or site.as_uri()}/{name}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not faults


def shown(page):
    return page.locator("#announcements tbody tr:visible").count()


def test_search_amazon_and_read_its_evidence(visit):
    page = visit()
    page.get_by_label("Find an employer").fill("Amazon")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**/announcements.html?q=Amazon")
    assert page.get_by_label("Employer, unit or programme").input_value() == "Amazon"
    page.get_by_role("row").filter(has_text="about 16,000").get_by_role("link", name="Amazon").click()
    page.wait_for_url("**/employers/amazon.html#amazon-2026-01-28")
    article = page.locator("[id='amazon-2026-01-28']")
    assert article.get_by_role("heading").inner_text() == "2026-01-28: about 16,000 jobs"
    rows = article.get_by_role("row").filter(has_text="about 16,000 jobs")
    assert rows.count() >= 3, "the evidence of the announcement that was asked for is open"
    assert rows.first.get_by_role("link").get_attribute("href").startswith("https://")
    other = page.locator("[id='amazon-2025-10-28']")
    other.get_by_text("Evidence:").click()
    assert other.get_by_role("row").filter(has_text="14,000 jobs").first.get_by_role("link").is_visible()
    conflict = page.locator(".disputes li").filter(has_text="125 billion USD for 2026")
    assert "125 billion USD for 2025" in conflict.inner_text() and conflict.get_by_role("link").count() == 2


def test_filters_stand_in_the_address_and_come_back(visit):
    page = visit("announcements.html")
    frame = layoffdata.load("layoffs")
    assert shown(page) == len(frame)
    page.get_by_label("Year").select_option("2025")
    page.get_by_label("AI as a reason").select_option("contested")
    page.wait_for_function("location.search.includes('ai=contested')")
    wanted = frame[(frame["announced_date"].dt.year == 2025) & (frame["ai_stance"] == "contested")]
    assert shown(page) == len(wanted) > 0
    assert page.locator("#announcements-count").inner_text().startswith(f"{len(wanted)} of {len(frame):,} announcements shown")
    page.get_by_role("button", name="Employer").click()
    address = page.url
    assert "year=2025" in address and "sort=employer" in address
    again = visit(address.rsplit("/", 1)[1])
    assert shown(again) == len(wanted) and again.get_by_label("Year").input_value() == "2025"
    names = again.locator("#announcements tbody tr:visible th").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    assert shown(visit("announcements.html#" + address.rsplit("?", 1)[1])) == len(wanted), "also as a fragment, where a query cannot be set"
    again.get_by_role("button", name="Clear").click()
    again.wait_for_function("!location.search.includes('year')")
    assert shown(again) == len(frame)


@pytest.mark.parametrize("year", ["2024", "2025"])
def test_the_sum_of_a_filter_is_that_of_totals(visit, year):
    page = visit(f"announcements.html?year={year}")
    row = layoffdata.totals(by="year").loc[year]
    said = words.span(row["low"], row["point"], row["high"], row["events_open_ended"] > 0)
    assert f"jobs counted once: {said}." in page.locator("#announcements-count").inner_text()


def test_filters(visit):
    frame = layoffdata.load("layoffs")
    figure = frame["jobs"].fillna(frame["jobs_low"]).fillna(frame["jobs_high"])
    wanted = {
        "sector=51": frame["sector"] == "51", "country=DE": frame["country_code"] == "DE", "status=filed": frame["status"] == "filed", "status=partly_executed": frame["status"] == "partly_executed",
        "grade=A": frame["evidence_grade"] == "A", "ai=denied": frame["ai_stance"] == "denied", "size=none": frame["jobs_basis"] == "none",
        "size=10000": figure.fillna(0) >= 10000, "year=2024&sector=51": (frame["announced_date"].dt.year == 2024) & (frame["sector"] == "51"),
    }  # fmt: skip
    page = visit("announcements.html")
    for query, rows in wanted.items():
        page.goto(page.url.split("?")[0] + "?" + query)
        assert shown(page) == rows.sum() > 0, query


def test_search_knows_other_names_and_forgives_accents(visit):
    page = visit("announcements.html?q=facebook")
    assert "Meta" in page.locator("#announcements tbody tr:visible th").all_inner_texts()
    page.get_by_label("Employer, unit or programme").fill("nestle")
    page.wait_for_function("location.search.includes('nestle')")
    assert "Nestlé" in page.locator("#announcements tbody tr:visible th").all_inner_texts()
    page.get_by_label("Employer, unit or programme").fill("no such employer")
    page.wait_for_function("document.getElementById('announcements-count').textContent.startsWith('0 of')")


def test_sorting(visit):
    page = visit("announcements.html")
    head = page.get_by_role("columnheader", name="Jobs")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending" and page.locator("[aria-sort]").count() == 1
    texts = page.locator("#announcements tbody td:nth-child(3)").all_text_contents()
    known = [int(re.search(r"\d[\d,]*", text)[0].replace(",", "")) for text in texts if text != "not stated"]
    assert known == sorted(known, reverse=True) and set(texts[len(known) :]) == {"not stated"}, "what is not stated comes last"
    head.get_by_role("button").click()
    first = page.locator("#announcements tbody td:nth-child(3)").first
    assert head.get_attribute("aria-sort") == "ascending" and f"{min(known):,}" in first.text_content()


def test_on_a_web_host_and_downloads(visit, site):
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = visit("downloads.html", base=f"http://127.0.0.1:{server.server_port}")
        for name in ("layoffs.parquet", "layoffs.csv"):
            with page.expect_download() as waiting:
                page.get_by_role("link", name=re.compile(f"^{re.escape(name)}")).click()
            assert waiting.value.suggested_filename == name
            assert open(waiting.value.path(), "rb").read() == (site / "data" / name).read_bytes()
        page.get_by_role("link", name="Announcements", exact=True).click()
        page.get_by_label("Year").select_option("2025")
        page.wait_for_url("**/announcements.html?year=2025")
        server.shutdown()


def test_download_from_a_file(visit, site):
    page = visit("downloads.html")
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("^layoffs.parquet")).click()
    assert open(waiting.value.path(), "rb").read() == layoffdata.path("layoffs").read_bytes()


# Filtered to a few rows, since every row of a table is alike and axe looks at each.
LOOKED_AT = [
    "index.html", "announcements.html?q=amazon", "employers/amazon.html#amazon-2026-01-28", "employers/3m.html", "conflicts.html", "codebook.html",
    "employers.html?q=am", "downloads.html", "reading.html",
]  # fmt: skip
# "preload" would fetch the stylesheet again, which a page opened as a file may not. Contrast depends on the colours only, all else not at all.
AXE = {"resultTypes": ["violations"], "preload": False}
WAYS = [
    ("light", 1280, {}, 9), ("dark", 1280, {"runOnly": ["color-contrast"]}, 5), ("light", 360, {"rules": {"color-contrast": {"enabled": False}}}, 4),
]  # fmt: skip


def test_no_page_scrolls_sideways(visit):
    page = visit()
    for name in LOOKED_AT:
        page.goto(page.url.split("/site/")[0] + "/site/" + name)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}, {width} pixels wide"


def test_with_the_keyboard_only(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content" and page.get_by_text("Skip to the content").is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Amazon")
    page.keyboard.press("Enter")
    page.wait_for_url("**/announcements.html?q=Amazon")

    def until(condition):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(condition):
                return
        raise AssertionError(f"the keyboard never reaches {condition}")

    until("document.activeElement.textContent === 'Jobs' && document.activeElement.tagName === 'BUTTON'")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "focus is visible"
    page.keyboard.press("Enter")
    assert page.locator("th[data-sort=jobs]").get_attribute("aria-sort") == "descending"
    until("document.activeElement.closest('tbody th') !== null && document.activeElement.textContent === 'Amazon'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/employers/amazon.html#*")
    until("document.activeElement.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")


def test_dark_and_light(visit):
    look = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    light, dark = (visit(color_scheme=scheme).evaluate(look) for scheme in ("light", "dark"))
    assert light[0] == "rgb(255, 255, 255)"
    assert max(map(int, re.findall(r"\d+", dark[0]))) < 60 < 180 < min(map(int, re.findall(r"\d+", dark[1])))


def test_readable_without_scripts(visit):
    page = visit("announcements.html", java_script_enabled=False)
    assert page.locator("#announcements tbody tr").count() == len(layoffdata.load("layoffs"))
    assert not page.locator("form.filters").is_visible() and page.locator("main").is_visible()


def test_first_view_is_quick(visit):
    page = visit("announcements.html")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 2_000, "twice of what a quiet machine may need"


@pytest.mark.parametrize(("scheme", "width", "rules", "most"), WAYS)
def test_accessibility(visit, scheme, width, rules, most):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="accessibility needs axe-playwright-python: pip install -e '.[dev]'")
    page = visit(width=width, color_scheme=scheme)
    for name in LOOKED_AT[:most]:
        page.goto(page.url.split("/site/")[0] + "/site/" + name)
        page.evaluate("document.querySelectorAll('tr[hidden]').forEach(row => row.remove())")  # nobody sees them, and axe takes long to find that out
        results = axe.Axe().run(page, options=AXE | rules)
        assert not results.violations_count, f"{name}, {scheme}, {width}\n{results.generate_report()}"


def test_a_missing_extra_is_said(tmp_path):
    code = """import runpy, sys; sys.path.insert(0, sys.argv[1]); sys.modules["jinja2"] = None; script = sys.argv[1] + "/site.py"
sys.argv = ["site.py", "--to", "x"]; runpy.run_path(script, run_name="__main__")"""
    done = subprocess.run([sys.executable, "-c", code, str(ROOT / "scripts")], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1 and "pip install -e '.[site]'" in done.stderr
