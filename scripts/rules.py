"""The domain rules: what types and keys cannot say. Each rule yields faults; each has a planted fault in the tests."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from tables import Fault, Row, curated, primary_key, read_csv, render

from layoffdata import resolve

DUPLICATE_WINDOW = timedelta(days=14)  # CURATION: the same employer within two weeks is the same announcement
CLOCK = timedelta(days=1)  # publishers' days and employers' days differ by time zone
FRESH = timedelta(days=resolve.FRESH)  # a page read so soon after an announcement may well be published on the day of reading
LARGEST_PLAUSIBLE = 100_000  # jobs in one announcement; beyond it is either history or a slip of the keyboard
HEADCOUNT_AGE = timedelta(days=731)
LOOKS_BACK = (timedelta(days=7), timedelta(days=60))  # within a week of a cut nobody has left yet; after two months a number is a new one
QUARTER_DAYS, YEAR_DAYS = (80, 100), (350, 378)  # 52- and 53-week years
NAMED_AFTER = timedelta(days=15)  # a year that ends in the first days of January is the year before
CAPEX_TOLERANCE = 2_000_000  # two roundings to a million
CAPEX_JUMP = 4.0  # a quarter four times its neighbour is nearly always twelve months taken for three
STATUS_STEPS = ["rumored", "reported", "confirmed", "filed", "partly_executed", "executed"]
BOUNDS = {"exact": {"point"}, "about": {"point"}, "at_least": {"low"}, "up_to": {"high"}, "between": {"low", "high"}}
OFFICIAL = {"company_statement", "regulatory_filing", "government_record"}
FABRICATORS = ("winenfood.com", "visualfoodie.com", "eatsip365.com", "prophetic.pw", "pinenews.info", "aicrisis.org")
TRACKERS = ("layoffs.fyi", "trueup.io", "layoffhedge.com", "warntracker.com", "intellizence.com")

RULES: list[Callable[["Data"], Iterator[Fault]]] = []


class Data:
    """All curated rows, with the line of each, and indexes by key."""

    def __init__(self, root: Path, package: dict):
        self.resources = {resource["name"]: resource for resource in curated(package)}
        self.rows: dict[str, list[Row]] = {}
        self.lines: dict[int, int] = {}
        for name, resource in self.resources.items():
            rows, lines, _ = read_csv(root / resource["path"], resource)
            self.rows[name] = rows
            self.lines |= {id(row): line for row, line in zip(rows, lines, strict=True)}
        self.sources = {row["source_id"]: row for row in self.rows["sources"]}
        self.events = {row["event_id"]: row for row in self.rows["announcements"]}
        self.companies = {row["company_id"]: row for row in self.rows["companies"]}
        exceptions = self.rows["known_exceptions"]
        self.exceptions = {(row["rule"], row["table"], row["row_key"]) for row in exceptions}
        self.used_exceptions: set[tuple] = set()

    def key(self, table: str, row: Row) -> str:
        return "|".join(render(row[column]) for column in primary_key(self.resources[table]))

    def fault(self, table: str, row: Row, field: str, rule: str) -> Fault:
        return Fault(self.resources[table]["path"], self.lines[id(row)], field, render(row.get(field)), rule)

    def unless_known(self, name: str, table: str, row: Row, field: str, rule: str) -> Iterator[Fault]:
        """The fault, unless known_exceptions.csv explains it."""
        exception = (name, table, self.key(table, row))
        if exception in self.exceptions:
            self.used_exceptions.add(exception)
        else:
            yield self.fault(table, row, field, f"{rule} [{name}]")

    def by_company(self, table: str) -> dict[object, list[Row]]:
        groups = defaultdict(list)
        for row in self.rows[table]:
            groups[row["company_id"]].append(row)
        return groups

    def family(self, company_id: object) -> object:
        """The employer that owns this one, or itself."""
        return self.companies.get(company_id, {}).get("parent_company_id") or company_id

    def published(self, row: Row) -> date | None:
        return self.sources.get(row["source_id"], {}).get("published_date")

    def first_known(self, event: Row) -> date | None:
        return event["first_reported_date"] or event["announced_date"]


def rule(function):
    RULES.append(function)
    return function


def check(data: Data) -> list[Fault]:
    """All faults; stale exceptions last, since they show only when every rule has run."""
    faults = [fault for run in RULES for fault in run(data)]
    for row in data.rows["known_exceptions"]:
        if (row["rule"], row["table"], row["row_key"]) not in data.used_exceptions:
            faults.append(data.fault("known_exceptions", row, "row_key", f"stale exception: rule {row['rule']!r} finds nothing there"))
    return faults


# ------------------------------------------------------------------------------------- identity
@rule
def names_are_unambiguous(data: Data) -> Iterator[Fault]:
    owner = {str(row["name"]).casefold(): row["company_id"] for row in data.rows["companies"]}
    for row in data.rows["company_aliases"]:
        name = str(row["alias"]).casefold()
        if owner.setdefault(name, row["company_id"]) != row["company_id"]:
            yield data.fault("company_aliases", row, "alias", f"already the name of {owner[name]}")
        elif name == str(data.companies.get(row["company_id"], {}).get("name")).casefold():
            yield data.fault("company_aliases", row, "alias", "is the common name itself")


@rule
def identifiers_are_unique(data: Data) -> Iterator[Fault]:
    for field in ("cik", "lei", "wikidata_id", "ticker"):
        seen: dict[object, object] = {}
        for row in data.rows["companies"]:
            value = row[field] if field != "ticker" else row[field] and (row[field], row["exchange_mic"])
            if value is not None and seen.setdefault(value, row["company_id"]) != row["company_id"]:
                yield data.fault("companies", row, field, f"also given to {seen[value]}")


@rule
def sources_are_usable(data: Data) -> Iterator[Fault]:
    for row in data.rows["sources"]:
        url = str(row["url"])
        if any(site in url for site in FABRICATORS):
            yield data.fault("sources", row, "url", "a site with fabricated figures is no source")
        if any(site in url for site in TRACKERS):
            yield data.fault("sources", row, "url", "a tracker is a lead, not a source")
        if row["published_date"] and row["accessed_date"] and row["published_date"] > row["accessed_date"]:
            yield data.fault("sources", row, "published_date", "date order: published after it was read")


@rule
def nothing_is_unused(data: Data) -> Iterator[Fault]:
    for parent, field in (("sources", "source_id"), ("companies", "company_id"), ("programs", "program_id")):
        used = {row.get(field) for name, rows in data.rows.items() if name not in (parent, "company_aliases") for row in rows}
        used |= {row["parent_company_id"] for row in data.rows["companies"]} if parent == "companies" else set()
        for row in data.rows[parent]:
            if row[field] not in used:
                yield data.fault(parent, row, field, "no row refers to it")


# ------------------------------------------------------------------------------------- announcements
@rule
def a_day_needs_a_dated_document(data: Data) -> Iterator[Fault]:
    """A page without a date is recorded with the day of reading; alone it cannot tell the day of an announcement long past,
    unless its text names the day: then the exception names the page."""
    told = set()
    for table in ("layoff_reports", "layoff_status", "layoff_reasons"):
        for row in data.rows[table]:
            event, source = data.events.get(row["event_id"]), data.sources.get(row["source_id"])
            if event and source:
                undated = source["published_date"] == source["accessed_date"] and source["source_type"] not in OFFICIAL
                read, announced = source["accessed_date"], event["announced_date"]
                if not undated or (read and announced and read - announced <= FRESH):
                    told.add(row["event_id"])
    for row in data.rows["announcements"]:
        if row["date_precision"] == "day" and row["event_id"] not in told:
            yield from data.unless_known("day_in_text", "announcements", row, "date_precision", "only documents without a date tell of it: month")
    for row in data.rows["known_exceptions"]:
        if row["rule"] == "day_in_text" and not row["source_id"]:
            yield data.fault("known_exceptions", row, "source_id", "the page whose text names the day is missing")


@rule
def relations_make_sense(data: Data) -> Iterator[Fault]:
    for row in data.rows["announcements"]:
        related = data.events.get(row["related_event_id"])
        if (row["relation"] == "new") != (row["related_event_id"] is None):
            yield data.fault("announcements", row, "related_event_id", "given exactly when relation is part_of or replaces")
        elif related and data.family(related["company_id"]) != data.family(row["company_id"]):
            yield data.fault("announcements", row, "related_event_id", "belongs to another employer")
        if related and row["relation"] == "replaces" and related["announced_date"] > row["announced_date"]:
            yield data.fault("announcements", row, "related_event_id", "date order: replaces a later announcement")
    for row in data.rows["announcements"]:
        seen = {row["event_id"]}
        step = row
        while step and step["related_event_id"] is not None:
            if step["related_event_id"] in seen:
                yield data.fault("announcements", row, "related_event_id", "cycle: it leads back to itself")
                break
            seen.add(step["related_event_id"])
            step = data.events.get(step["related_event_id"])


@rule
def programs_fit(data: Data) -> Iterator[Fault]:
    programs = {row["program_id"]: row for row in data.rows["programs"]}
    first: dict[object, date] = {}
    for row in data.rows["announcements"]:
        program = programs.get(row["program_id"])
        if program is None:
            continue
        first[row["program_id"]] = min(first.get(row["program_id"], date.max), data.first_known(row))
        owner = data.companies.get(row["company_id"], {})
        if program["company_id"] not in (row["company_id"], owner.get("parent_company_id")):
            yield data.fault("announcements", row, "program_id", f"is a programme of {program['company_id']}")
    for key, row in programs.items():
        if key in first and row["started_date"] != first[key]:
            yield data.fault("programs", row, "started_date", f"its first announcement or report is of {first[key]}")


@rule
def announcement_dates(data: Data) -> Iterator[Fault]:
    for row in data.rows["announcements"]:
        if row["first_reported_date"] and row["first_reported_date"] >= row["announced_date"]:
            yield data.fault("announcements", row, "first_reported_date", "date order: not before announced_date")
        if row["date_precision"] == "month" and row["announced_date"].day != 1:
            yield data.fault("announcements", row, "announced_date", "with precision month write the first day")
        if row["scope"] == "country" and not row["scope_country"]:
            yield data.fault("announcements", row, "scope_country", "required with scope country")
    for table in ("layoff_reports", "layoff_status"):
        for row in data.rows[table]:
            event, published = data.events.get(row["event_id"]), data.published(row)
            if event and published and published < data.first_known(event) - CLOCK:
                yield from data.unless_known("early_source", table, row, "source_id", f"date order: published {published}, before the first known day {data.first_known(event)}")


@rule
def every_announcement_has_status(data: Data) -> Iterator[Fault]:
    steps = defaultdict(dict)
    for row in data.rows["layoff_status"]:
        steps[row["event_id"]][row["status"]] = row
        event = data.events.get(row["event_id"])
        if event and row["date"] < data.first_known(event) - CLOCK:
            yield data.fault("layoff_status", row, "date", f"date order: before the first known day {data.first_known(event)}")
    for row in data.rows["announcements"]:
        if row["event_id"] not in steps:
            yield data.fault("announcements", row, "event_id", "has no row in layoff_status")
    for known in steps.values():
        in_order = [known[step] for step in STATUS_STEPS if step in known]
        for earlier, later in zip(in_order, in_order[1:], strict=False):
            filed_first = {earlier["status"], later["status"]} == {"confirmed", "filed"}
            if later["date"] < earlier["date"] and not filed_first:
                yield data.fault("layoff_status", later, "date", f"date order: {later['status']} before {earlier['status']}")


@rule
def parts_of_what_was_withdrawn(data: Data) -> Iterator[Fault]:
    """A part outlives its whole in the sums, so something must say that it was carried out, or that it was not."""
    steps = defaultdict(set)
    for row in data.rows["layoff_status"]:
        steps[row["event_id"]].add(row["status"])
    for row in data.rows["announcements"]:
        whole = row["related_event_id"]
        if row["relation"] == "part_of" and "cancelled" in steps[whole] and not steps[row["event_id"]] & {"partly_executed", "executed", "cancelled"}:
            yield from data.unless_known("part_of_withdrawn", "announcements", row, "event_id", f"part of {whole}, which was cancelled: say what became of it")


@rule
def duplicates(data: Data) -> Iterator[Fault]:
    """The same employer, twice within two weeks, neither linked to the other; or its owner with the same figure."""
    families = defaultdict(list)
    for row in data.rows["announcements"]:
        families[data.family(row["company_id"])].append(row)
    figures = defaultdict(set)
    for row in data.rows["layoff_reports"]:
        if row["measure"] == "jobs":
            figures[row["event_id"]] |= {row["low"], row["point"], row["high"]} - {None}
    for rows in families.values():
        rows = sorted(rows, key=lambda row: (row["announced_date"], row["event_id"]))
        for i, row in enumerate(rows):
            for other in reversed(rows[:i]):
                if row["announced_date"] - other["announced_date"] > DUPLICATE_WINDOW:
                    break
                same = row["company_id"] == other["company_id"] or figures[row["event_id"]] & figures[other["event_id"]]
                if same and not linked(row, other):
                    rule = f"likely the same as {other['event_id']}: link them, or record why not"
                    yield from data.unless_known("duplicate_event", "announcements", row, "event_id", rule)


def linked(row: Row, other: Row) -> bool:
    """Whether one rests on the other, or both are parts of the same."""
    a, b = row["related_event_id"], other["related_event_id"]
    return a == other["event_id"] or b == row["event_id"] or (a is not None and a == b)


@rule
def coverage_says_what_stands(data: Data) -> Iterator[Fault]:
    """What a search is said to have found is what the announcements hold."""
    found = {(data.family(row["company_id"]), row["announced_date"].year) for row in data.rows["announcements"]}
    for row in data.rows["coverage"]:
        stands = "found" if (data.family(row["company_id"]), row["year"]) in found else "none_found"
        if row["result"] != stands:
            yield data.fault("coverage", row, "result", f"the announcements of that year say {stands}")
        if row["covered_through_date"] and row["covered_through_date"].year != row["year"]:
            yield data.fault("coverage", row, "covered_through_date", f"is not in {row['year']}")
        if row["searched_date"] and row["covered_through_date"] and row["searched_date"] < row["covered_through_date"]:
            yield data.fault("coverage", row, "searched_date", "date order: searched before the last day covered")


# ------------------------------------------------------------------------------------- figures
def bound_faults(data: Data, table: str, row: Row, columns: dict[str, str]) -> Iterator[Fault]:
    given = {bound for bound, column in columns.items() if row[column] is not None}
    wanted = BOUNDS.get(row["qualifier"])
    if wanted and given != wanted:
        yield data.fault(table, row, "qualifier", f"goes with {' and '.join(sorted(wanted))}, given {' and '.join(sorted(given)) or 'nothing'}")
    for column in columns.values():
        if row[column] == 0:
            yield data.fault(table, row, column, "zero for unknown: leave it empty")
    if wanted == {"low", "high"} == given and row[columns["low"]] >= row[columns["high"]]:
        yield data.fault(table, row, columns["low"], "lower bound not below the upper")


@rule
def reports_are_whole(data: Data) -> Iterator[Fault]:
    for row in data.rows["layoff_reports"]:
        yield from bound_faults(data, "layoff_reports", row, {b: b for b in ("low", "point", "high")})
        share = row["measure"] == "share_pct"
        if share != (row["base"] is not None):
            yield data.fault("layoff_reports", row, "base", "share without base" if share else "base without share")
        if share and row["unit_counted"] is not None:
            yield data.fault("layoff_reports", row, "unit_counted", "says what jobs count, not shares")
        for column in ("low", "point", "high"):
            value = row[column]
            if value is None:
                continue
            if share and value > 100:
                yield data.fault("layoff_reports", row, column, "more than 100 percent")
            if not share and value != int(value):
                yield data.fault("layoff_reports", row, column, "jobs are whole numbers")
            if not share and value > LARGEST_PLAUSIBLE:
                yield from data.unless_known("outlier_jobs", "layoff_reports", row, column, f"more than {LARGEST_PLAUSIBLE} jobs")


@rule
def a_document_gives_a_figure_once(data: Data) -> Iterator[Fault]:
    first: dict[tuple, str] = {}
    for row in data.rows["layoff_reports"]:
        key = tuple(row[name] for name in ("event_id", "source_id", "measure", "low", "point", "high", "qualifier", "base"))
        if (known := first.setdefault(key, row["report_id"])) != row["report_id"]:
            yield data.fault("layoff_reports", row, "report_id", f"the same figure of the same document as {known}")


@rule
def jobs_within_headcount(data: Data) -> Iterator[Fault]:
    heads = defaultdict(list)
    for row in data.rows["headcount"]:
        if row["scope"] == "total":
            heads[row["company_id"]].append((row["as_of_date"], row["employees"]))
    for row in data.rows["layoff_reports"]:
        event = data.events.get(row["event_id"])
        if row["measure"] != "jobs" or not event:
            continue
        before = [pair for pair in heads[event["company_id"]] if timedelta() <= event["announced_date"] - pair[0] <= HEADCOUNT_AGE]
        value = row["point"] or row["low"] or row["high"]
        if before and value and value > max(before)[1]:
            yield from data.unless_known("more_than_headcount", "layoff_reports", row, "event_id", f"{render(value)} jobs are more than the {max(before)[1]} employees of {max(before)[0]}")


@rule
def headcount_is_not_the_one_before_the_cut(data: Data) -> Iterator[Fault]:
    """A page that looks back on a cut often repeats the number of employees of before; the day of the page is not its day."""
    told = defaultdict(set)
    for row in data.rows["headcount"]:
        told[row["company_id"], row["scope"], row["employees"]].add(row["as_of_date"])
    cuts = defaultdict(set)
    for event in data.rows["announcements"]:
        cuts[event["company_id"]].add(event["announced_date"])
    for row in data.rows["headcount"]:
        if row["as_of_date"] != data.published(row):
            continue
        earlier = told[row["company_id"], row["scope"], row["employees"]]
        for cut in sorted(cuts[row["company_id"]]):
            if LOOKS_BACK[0] < row["as_of_date"] - cut <= LOOKS_BACK[1] and any(day <= cut for day in earlier):
                yield from data.unless_known("headcount_before_cut", "headcount", row, "as_of_date", f"the same number stands for before {cut}, when a cut was announced: give the day it refers to")
                break


@rule
def publishers_have_one_kind(data: Data) -> Iterator[Fault]:
    """A publisher's rank must not depend on who recorded the page; its own statements and filings are apart."""
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    press = [row for row in data.rows["sources"] if row["source_type"] not in OFFICIAL and row["publisher"]]
    for row in press:
        kinds[row["publisher"].casefold()][row["source_type"]] += 1
    for row in press:
        usual = max(kinds[row["publisher"].casefold()].items(), key=lambda item: (item[1], item[0]))[0]
        if row["source_type"] != usual:
            yield data.fault("sources", row, "source_type", f"elsewhere {row['publisher']} is recorded as {usual}")


@rule
def statements_follow_speech(data: Data) -> Iterator[Fault]:
    """A source cannot be published before what it reports."""
    for table, column in (("layoff_reasons", "said_date"), ("capex_guidance", "issued_date"), ("headcount", "as_of_date"), ("layoff_status", "date"), ("capex", "period_end")):
        for row in data.rows[table]:
            published = data.published(row)
            if published and row[column] and published < row[column] - CLOCK:
                yield data.fault(table, row, column, f"date order: its source was published {published}, before")
    for row in data.rows["layoff_reasons"]:
        if row["speaker"] == "executive" and not row["speaker_name"]:
            yield data.fault("layoff_reasons", row, "speaker_name", "an executive has a name")
        published = data.published(row)
        if row["speaker"] == "media" and published and row["said_date"] not in (None, published):
            yield data.fault("layoff_reasons", row, "said_date", f"what the page itself says is said on its day, {published}")


# ------------------------------------------------------------------------------------- capital
@rule
def capex_periods(data: Data) -> Iterator[Fault]:
    for row in data.rows["capex"]:
        if None in (row["period_start"], row["period_end"], row["filed_date"]):
            continue
        length = (row["period_end"] - row["period_start"]).days + 1
        low, high = YEAR_DAYS if row["fiscal_period"] == "FY" else QUARTER_DAYS
        if not low <= length <= high:
            yield from data.unless_known("period_length", "capex", row, "period_end", f"date order: {length} days are no {row['fiscal_period']}")
        if row["filed_date"] <= row["period_end"]:
            yield data.fault("capex", row, "filed_date", "date order: filed before the period ended")
        if (row["currency"] == "USD") != (row["amount_local"] is None):
            yield data.fault("capex", row, "amount_local", "given exactly when the currency is not USD")
        for column in ("amount_usd", "amount_local"):
            if row[column] == 0:
                yield data.fault("capex", row, column, "zero for unknown: leave it empty")
        if row["fiscal_period"] == "FY" and row["derivation"] != "as_reported":
            yield data.fault("capex", row, "derivation", "a fiscal year is as_reported")


def year_end_month(last_day: date) -> int:
    """The month in which a fiscal year ends, by its last day: years of 52 and 53 weeks may run a few days into the next month."""
    return (last_day - NAMED_AFTER).month


def note_year_end(companies: list[Row], year: Row) -> None:
    """Fill an employer's empty `fiscal_year_end_month` from a fiscal year that is added."""
    for company in companies:
        if company["company_id"] == year["company_id"] and company["fiscal_year_end_month"] is None:
            company["fiscal_year_end_month"] = year_end_month(year["period_end"])


@rule
def fiscal_years_end_as_recorded(data: Data) -> Iterator[Fault]:
    """The panel finds the fiscal year of a day by the employer's `fiscal_year_end_month`."""
    for row in data.rows["capex"]:
        company = data.companies.get(row["company_id"])
        if company and row["fiscal_period"] == "FY" and row["period_end"]:
            month = year_end_month(row["period_end"])
            if company["fiscal_year_end_month"] != month:
                yield data.fault("companies", company, "fiscal_year_end_month", f"a fiscal year in data/capex.csv ends on {row['period_end']}: {month}")


def amount_column(row: Row) -> str:
    return "amount_usd" if row["currency"] == "USD" else "amount_local"


def amount(row: Row) -> int | None:
    """What was spent, in units of the row's currency; None where it is not known."""
    return row[amount_column(row)]


@rule
def capex_adds_up(data: Data) -> Iterator[Fault]:
    """Four quarters are the year, in the currency of the report; no quarter is four times its neighbour."""
    latest: dict[tuple, Row] = {}
    for row in sorted((r for r in data.rows["capex"] if r["filed_date"] and amount(r)), key=lambda r: r["filed_date"]):
        latest[row["company_id"], row["definition"], row["currency"], row["fiscal_year"], row["fiscal_period"]] = row
    series = defaultdict(list)
    for (company, definition, currency, year, period), row in latest.items():
        if period != "FY":
            series[company, definition, currency].append(row)
            continue
        quarters = [latest.get((company, definition, currency, year, f"Q{n}")) for n in range(1, 5)]
        if all(quarters) and abs((total := sum(map(amount, quarters))) - amount(row)) > CAPEX_TOLERANCE:
            yield from data.unless_known("quarters_and_year", "capex", row, amount_column(row), f"the four quarters are {total}")
    for rows in series.values():
        rows.sort(key=lambda row: row["period_end"])
        for before, row in zip(rows, rows[1:], strict=False):
            near = (row["period_end"] - before["period_end"]).days < 120
            if near and not 1 / CAPEX_JUMP < amount(row) / amount(before) < CAPEX_JUMP:
                yield from data.unless_known("capex_jump", "capex", row, amount_column(row), f"the quarter before was {amount(before)}")


@rule
def guidance_is_whole(data: Data) -> Iterator[Fault]:
    months = {row["company_id"]: row["fiscal_year_end_month"] for row in data.rows["companies"]}
    for row in data.rows["capex_guidance"]:
        stated, other = ("usd", "local") if row["currency"] == "USD" else ("local", "usd")
        yield from bound_faults(data, "capex_guidance", row, {b: f"{b}_{stated}" for b in ("low", "point", "high")})
        for column in (f"{b}_{other}" for b in ("low", "point", "high")):
            if row[column] is not None:
                yield data.fault("capex_guidance", row, column, f"a figure in {row['currency']} goes into {column.replace(other, stated)}")
        if row["year_basis"] == "calendar" and months.get(row["company_id"]) == 12:
            yield data.fault("capex_guidance", row, "year_basis", "the company's fiscal year is the calendar year: fiscal")


@rule
def indicator_periods(data: Data) -> Iterator[Fault]:
    for row in data.rows["indicators"]:
        if row["period"] and row["period"].day != 1:
            yield data.fault("indicators", row, "period", "a month is given by its first day")
        if row["period"] and row["vintage_date"] and row["vintage_date"] <= row["period"]:
            yield data.fault("indicators", row, "vintage_date", "date order: published before the month")
