"""Monthly labour-market figures from the answers of two US services: pure functions, no network, no files.

Job openings and labor turnover (JOLTS), from the public API v2 of the Bureau of Labor Statistics: our `JTSLDL` is its
`JTS000000000000000LDL`. Weekly claims for unemployment insurance, from the Department of Labor: `ICSA`, `CCSA` (initial and
continued claims, seasonally adjusted), `ICNSA`, `CCNSA` (not adjusted). The figure of a month is the mean of the weeks
that end in it (on Saturdays), rounded to whole claims, once all of them are known.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as xml
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from fetch import ServiceError

Values = dict[tuple[str, date], float]  # series and first day of the month -> value
CLAIMS = {"ICSA": ("InitialClaims", "SA"), "ICNSA": ("InitialClaims", "NSA"), "CCSA": ("ContinuedClaims", "SA"), "CCNSA": ("ContinuedClaims", "NSA")}
# ETA 539, one line per state and week: initial claims are of the week reported, continued ones of the week reflected; each with short-time work
STATE_COLUMNS = {"ICNSA": ("rptdate", "c3", "c7"), "CCNSA": ("c2", "c8", "c12")}
JURISDICTIONS = 53  # the states, the District of Columbia, Puerto Rico and the Virgin Islands


def bls_id(series: str) -> str | None:
    """The bureau's identifier of one of our series; None if it is none of its.

    >>> bls_id("JTSLDL"), bls_id("JTS5100LDR"), bls_id("ICSA")
    ('JTS000000000000000LDL', 'JTS510000000000000LDR', None)
    """
    if re.fullmatch(r"JT[SU]\d{15}LD[LR]", series):
        return series
    if found := re.fullmatch(r"(JT[SU])(\d{0,6})(LD[LR])", series):
        return found[1] + found[2].ljust(15, "0") + found[3]
    return None


def windows(first: int, last: int, registered: bool) -> list[tuple[int, int]]:
    """Spans of years that one question may cover: 10, or 20 with a registration key."""
    step = 20 if registered else 10
    return [(year, min(year + step - 1, last)) for year in range(first, last + 1, step)]


def bls_answer(body: bytes) -> dict:
    """The answer to one question. ServiceError if the bureau refused it, ValueError if it is not as documented."""
    answer = json.loads(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("status"), str):
        raise ValueError("no status")
    if answer["status"] != "REQUEST_SUCCEEDED":
        said = "; ".join(map(str, answer.get("message") or [])) or "no message"
        hint = " Try tomorrow, or set BLS_API_KEY" if "threshold" in said.lower() else ""
        raise ServiceError(f"Bureau of Labor Statistics: {answer['status']}: {said.rstrip('.')}.{hint}")
    series = answer.get("Results", {}).get("series") if isinstance(answer.get("Results"), dict) else None
    if not isinstance(series, list) or not all(isinstance(one, dict) and isinstance(one.get("data"), list) for one in series):
        raise ValueError("no list Results.series with data")
    return answer


def bls_values(body: bytes, names: dict[str, str]) -> tuple[Values, set[tuple[str, date]], list[str]]:
    """Monthly values under our names (bureau's identifier -> ours), which of them are preliminary, and the messages.

    Annual averages (M13) are left out; a value not published ("-") stays absent. Errors as of `bls_answer`.
    """
    answer = bls_answer(body)
    values: Values = {}
    preliminary = set()
    for one in answer["Results"]["series"]:
        for point in one["data"]:
            try:
                month, text = re.fullmatch(r"M(0[1-9]|1[0-2])", point["period"]), point["value"].strip().replace(",", "")
                if month is None or text in ("-", ""):
                    continue
                key = names[one["seriesID"]], date(int(point["year"]), int(month[1]), 1)
                values[key] = float(text)
                if any((note or {}).get("code") == "P" for note in point.get("footnotes", [])):
                    preliminary.add(key)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                raise ValueError(f"{one.get('seriesID')}: {point!r}: {type(error).__name__} {error}") from None
    return values, preliminary, [str(text) for text in answer.get("message") or []]


# ------------------------------------------------------------------------------------- claims
def claims_weeks(body: bytes) -> Values:
    """Claims by series and Saturday, from the national report (XML) or the file of the states (CSV, summed; not adjusted only)."""
    text = body.decode("utf-8-sig")
    return national_weeks(text) if text.lstrip().startswith("<") else state_weeks(text)


def national_weeks(text: str) -> Values:
    try:
        root = xml.fromstring(text)
    except xml.ParseError as error:
        raise ValueError(f"not XML: {error}") from None
    if root.tag != "r539cyNational":
        raise ValueError(f"expected the report r539cyNational, found {root.tag}")
    weeks: Values = {}
    for week in root.iter("week"):
        saturday = us_date(week.findtext("weekEnded", ""))
        for series, (part, column) in CLAIMS.items():
            if (value := number(week.findtext(f"{part}/{column}", ""))) is not None:
                weeks[series, saturday] = value
    return weeks


def state_weeks(text: str) -> Values:
    sums: dict[tuple[str, date], dict[str, float]] = defaultdict(dict)
    reader = csv.DictReader(io.StringIO(text))
    if missing := {"st", "rptdate", "c2", "c3", "c7", "c8", "c12"} - set(reader.fieldnames or []):
        raise ValueError(f"neither the national report nor the file of the states: no column {', '.join(sorted(missing))}")
    for line in reader:
        if None in line.values():
            raise ValueError(f"line {reader.line_num} is cut off")
        for series, (week, claims, short_time) in STATE_COLUMNS.items():
            if line[week].strip() and (value := number(line[claims])) is not None:
                sums[series, us_date(line[week])][line["st"]] = value + (number(line[short_time]) or 0)
    return {key: sum(states.values()) for key, states in sums.items() if len(states) >= JURISDICTIONS}


def number(text: str) -> float | None:
    """A figure with its commas; None for a blank. Zero would mean a week without a claim in the whole country: not believed in sums."""
    plain = text.replace(",", "").replace("\xa0", "").strip()
    if plain and not re.fullmatch(r"\d+(\.\d+)?", plain):
        raise ValueError(f"not a number of claims: {text!r}")
    return float(plain) if plain else None


def us_date(text: str) -> date:
    day = text.strip().split(" ")[0]
    try:
        found = datetime.strptime(day, "%m/%d/%Y" if "/" in day else "%Y-%m-%d").date()
    except ValueError:
        raise ValueError(f"not a date: {text!r}") from None
    if found.weekday() != 5:
        raise ValueError(f"{text!r} is no Saturday, and weeks end on Saturdays")
    return found


def monthly(weeks: Values, wanted: Iterable[str]) -> Values:
    """Means of the months all of whose Saturdays are known."""
    months: dict[tuple[str, date], list[float]] = defaultdict(list)
    for (series, day), value in weeks.items():
        if series in wanted and value:
            months[series, day.replace(day=1)].append(value)
    return {(series, month): float(round(sum(found) / len(found))) for (series, month), found in months.items() if len(found) == saturdays(month)}


def saturdays(month: date) -> int:
    first = month + timedelta(days=(5 - month.weekday()) % 7)
    return sum((first + timedelta(days=7 * n)).month == month.month for n in range(5))
