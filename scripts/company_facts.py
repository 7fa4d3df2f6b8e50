"""Capex rows from the company facts of the US Securities and Exchange Commission: pure functions, no network, no files.

The service gives, for each tag, every value that any filing ever stated, with the period (`start`, `end`), the day (`filed`) and
the filing (`accn`). `fy` and `fp` describe the filing, not the value, and are not read. Cash-flow statements run from the
first day of the fiscal year, so that most quarters are the difference of two year-to-date figures.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules import NAMED_AFTER
from tables import Row

# The line "purchases of property and equipment" under its two names; where one filing states both, see `same_lines`.
MAIN_TAGS = ["PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets",
             "PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities"]  # fmt: skip
# Names that may be the whole line or only a part of it beside another: taken only if nothing else is there, or if `same_lines` shows it.
OTHER_TAGS = ["PaymentsToAcquireOtherPropertyPlantAndEquipment", "PaymentsToAcquireOtherProductiveAssets", "PaymentsForCapitalImprovements"]
ANNUAL_FORMS = ("10-K", "20-F", "40-F")  # with their amendments and transition reports
DAY, YEAR, QUARTER = timedelta(days=1), 365.2425, 365.2425 / 4
SLACK = 10  # days by which 52- and 53-week years and careless filers move the start of a fiscal year
UNEVEN = 0.25  # of a quarter: retailers' quarters have 12 to 17 weeks
MILLION = 1_000_000


@dataclass(frozen=True, order=True)
class Statement:
    """What one filing states of one fiscal period, positive, in units of the currency."""

    filed: date
    accession: str
    tag: str
    start: date
    end: date
    amount: int
    derivation: str = "as_reported"


def capex_rows(facts: dict, company_id: str, since: int = 0) -> list[Row]:
    """Rows of the table `capex` (definition cash_ppe) from one company-facts document.

    A quarter that a filing states itself is `as_reported`; else it is the difference of two year-to-date figures of the same tag,
    dated by the later one (`ytd_difference`). Each value has the first filing that states it; a later filing that states
    another is a further row. Absent stays absent: no zero, no sum of tags, no quarter guessed. Figures tagged with a minus
    are taken as the payments that they are. Fiscal years are named for the year in which they end, less 15 days.
    Amounts are in the currency that most facts use: `amount_usd`, or `amount_local` with `amount_usd` empty.

    `since`: the first fiscal year wanted. Raises ValueError that names the part that is not as the service documents it.
    """
    currency, read_in = read(facts)
    starts = year_starts(read_in)
    lines = same_lines({tag: [s for s, _ in found] for tag, found in read_in.items() if found})
    periods: dict[tuple[int, str], list[Statement]] = defaultdict(list)
    for found in lines.values():
        for period, statement in statements(found, starts):
            periods[period].append(statement)
    order = list(lines)
    lead: dict[str, str] = {}  # the preferred line of each filing
    for tag in reversed(order):
        lead |= {s.accession: tag for s in lines[tag]}
    rows = []
    for (year, period), found in sorted(periods.items()):
        for s in vintages(found, order, lead) if year >= since else []:
            usd = currency == "USD"
            rows.append({
                "company_id": company_id, "fiscal_year": year, "fiscal_period": period, "definition": "cash_ppe", "filed_date": s.filed,
                "period_start": s.start, "period_end": s.end, "amount_usd": s.amount if usd else None, "amount_local": None if usd else s.amount,
                "currency": currency, "derivation": s.derivation, "accession": s.accession, "source_id": f"sec-{s.accession}",
            })  # fmt: skip
    return rows


# ------------------------------------------------------------------------------------- reading
def read(facts: dict) -> tuple[str, dict[str, list[tuple[Statement, str]]]]:
    """The currency, and by tag the statements with the form of each; ValueError names what is of a wrong type."""
    part: object = facts
    if not isinstance(facts, dict) or not isinstance(part := facts.get("facts"), dict):
        raise ValueError(f"facts: expected an object, found {type(part).__name__}")
    units: dict[str, dict[str, list]] = {}
    for taxonomy in ("us-gaap", "ifrs-full"):
        for tag in [*MAIN_TAGS, *OTHER_TAGS]:
            entry = part.get(taxonomy, {}).get(tag) if isinstance(part.get(taxonomy, {}), dict) else None
            if entry is None:
                continue
            if not isinstance(entry, dict) or not isinstance(entry.get("units"), dict):
                raise ValueError(f"facts.{taxonomy}.{tag}.units: expected an object")
            units[tag] = entry["units"]
    counts = defaultdict(int)
    for given in units.values():
        for unit, values in given.items():
            if not isinstance(values, list):
                raise ValueError(f"{unit}: expected a list, found {type(values).__name__}")
            counts[unit] += len(values)
    currency = max(counts, key=lambda unit: (counts[unit], unit), default="USD")
    return currency, {tag: list(read_values(tag, given.get(currency, []))) for tag, given in units.items()}


def read_values(tag: str, values: list) -> Iterator[tuple[Statement, str]]:
    for i, value in enumerate(values):
        where = f"{tag}[{i}]"
        if not isinstance(value, dict):
            raise ValueError(f"{where}: expected an object, found {type(value).__name__}")
        if not value.get("start"):
            continue  # an amount at a date, not of a period
        amount = value.get("val")
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not float(amount).is_integer():
            raise ValueError(f"{where}.val: expected a whole number, found {amount!r}")
        try:
            start, end, filed = (date.fromisoformat(value[key]) for key in ("start", "end", "filed"))
            accession, form = value["accn"], value["form"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{where}: {type(error).__name__}: {error}") from None
        if amount:  # nothing spent is nothing stated
            yield Statement(filed, str(accession), tag, start, end, abs(int(amount))), str(form)


def days(s: Statement) -> int:
    return (s.end - s.start).days + 1


def year_starts(read_in: dict[str, list[tuple[Statement, str]]]) -> list[date]:
    """First days of fiscal years: of the years in annual reports and the days after them; without any, of what else runs from there."""
    every = [pair for found in read_in.values() for pair in found]
    years = [(s, form) for s, form in every if 350 <= days(s) <= 378]
    annual = {day for s, form in years if form.startswith(ANNUAL_FORMS) for day in (s.start, s.end + DAY)}
    other = {s.start for s, form in years if not form.startswith("10-Q")} | {s.start for s, _ in every if 160 <= days(s) <= 290}
    return sorted(annual or other)


def same_lines(by_tag: dict[str, list[Statement]]) -> dict[str, list[Statement]]:
    """The lines of the cash-flow statement, the one of the newest filings first.

    Tags that state a period alike, and none differently, are one line under two names; only within a line are figures subtracted.
    If the newest filings have several lines, the usual name comes first. A tag that may be only a part stands alone only if there is no other.
    """
    rank = [*MAIN_TAGS, *OTHER_TAGS]
    lines: dict[str, list[Statement]] = {}
    for tag in sorted(by_tag, key=lambda tag: (-max(s.filed for s in by_tag[tag]).toordinal(), rank.index(tag))):
        for first, found in lines.items():
            if alike(found, by_tag[tag]):
                lines[first] = found + [replace(s, tag=first) for s in by_tag[tag]]
                break
        else:
            lines[tag] = by_tag[tag]
    whole = {tag: found for tag, found in lines.items() if tag in MAIN_TAGS or any(alike(found, by_tag.get(main, [])) for main in MAIN_TAGS)}
    return whole or lines


def alike(one: list[Statement], other: list[Statement]) -> bool:
    """Whether each period that both state has an amount in common, and there is one."""
    amounts: tuple[dict, dict] = (defaultdict(set), defaultdict(set))
    for side, found in zip(amounts, (one, other), strict=True):
        for s in found:
            side[s.start, s.end].add(s.amount)
    common = amounts[0].keys() & amounts[1].keys()
    return bool(common) and all(amounts[0][period] & amounts[1][period] for period in common)


# ------------------------------------------------------------------------------------- periods
def days_into_year(day: date, starts: list[date]) -> int:
    """Days since the fiscal year began, by the anniversaries of the nearest known first day; about 0 on the first day itself."""
    near = min(starts, key=lambda known: abs(day - known))
    into = round((day - near).days % YEAR)
    return into - 365 if into > YEAR - SLACK else into


def statements(found: list[Statement], starts: list[date]) -> Iterator[tuple[tuple[int, str], Statement]]:
    """What one line states of fiscal years and quarters, directly and by difference.

    Twelve months that do not begin with a fiscal year (trailing, in quarterly reports) are no fiscal year, and are passed over.
    """
    to_date: dict[tuple[int, int], list[Statement]] = defaultdict(list)
    for s in sorted(set(found)) if starts else []:
        length, into = round(days(s) / QUARTER), days_into_year(s.start, starts)
        year = (s.start - timedelta(days=into) + timedelta(days=364) - NAMED_AFTER).year
        before = round(into / QUARTER)  # quarters of the year before this period
        if not 1 <= length <= 4 or max(abs(days(s) / QUARTER - length), abs(into / QUARTER - before)) > UNEVEN:
            continue
        if before == 0 and abs(into) <= SLACK:
            to_date[year, length].append(s)
        if length == 1 and before <= 3:
            yield (year, f"Q{before + 1}"), s
        elif length == 4 and abs(into) <= SLACK:
            yield (year, "FY"), s
    for (year, n), totals in to_date.items():
        for s in differences(totals, to_date.get((year, n - 1), [])):
            yield (year, f"Q{n}"), s


def differences(totals: list[Statement], before: list[Statement]) -> Iterator[Statement]:
    """The last quarter of each year-to-date figure, less the figure to the quarter before as it stood on that day.

    A restated total makes another quarter only if the part before was restated too: else the whole year's
    correction would fall on its last quarter.
    """
    last = None
    for total in totals:
        part = max((s for s in before if s.filed <= total.filed and s.end < total.end), default=None)
        if part and total.amount > part.amount and part.amount != last:
            last = part.amount
            yield derived(total, part)
    late = min((s for s in before if totals and s.end < totals[0].end), default=None)
    if last is None and late and totals[0].amount > late.amount:
        yield derived(totals[0], late)  # the part is known only from a later filing


def derived(total: Statement, part: Statement) -> Statement:
    later = max(total, part, key=lambda s: s.filed)
    return replace(total, filed=later.filed, accession=later.accession, start=part.end + DAY, amount=total.amount - part.amount, derivation="ytd_difference")


def vintages(found: list[Statement], order: list[str], lead: dict[str, str]) -> list[Statement]:
    """The first filing of each value in turn. A quarter once reported is not derived again; a filing revises by its preferred line only."""
    kept: list[Statement] = []
    reported = False
    for s in sorted(found, key=lambda s: (s.filed, order.index(s.tag), s.derivation != "as_reported", s.accession)):
        if (reported and s.derivation != "as_reported") or (kept and (kept[-1].filed == s.filed or s.tag not in (kept[-1].tag, lead[s.accession]))):
            continue
        if not kept or not same_value(kept[-1], s):
            kept.append(s)
        reported = reported or s.derivation == "as_reported"
    return kept


def same_value(one: Statement, other: Statement) -> bool:
    """Equal, or one is the other rounded: a difference against a reported figure, or millions against thousands."""
    coarse = [max(unit for unit in (1, 1000, 100_000, MILLION) if s.amount % unit == 0) for s in (one, other)]
    rounded = one.derivation != other.derivation or coarse[0] != coarse[1]
    return abs(one.amount - other.amount) <= (max(coarse) if rounded else 0)
