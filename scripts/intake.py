#!/usr/bin/env python3
"""Add announcements from a plain CSV with one line per report. CONTRIBUTING.md shows a worked example.

    python scripts/intake.py rows.csv --dry-run     show what would change
    python scripts/intake.py rows.csv               add it

Lines are split into companies, sources, programs, announcements, reports, status, reasons and units. Known employers and
sources are reused; new identifiers are given and never change. All or nothing: every fault is listed, and with
any fault nothing is written.
"""

import argparse
import csv
import re
import shutil
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the library of this checkout, installed or not

import check
import rules
import tables as csvs
from tables import ROOT, Fault, Faulty, Row

from layoffdata.resolve import EMPLOYER_VOICES, RANK

# The columns of the plain CSV: field of the tables that each fills, and whether a new employer, announcement or line needs it.
COMPANY = {"company": "name", "country_code": "country_code", "sector": "sector", "parent_company": "parent_company_id"}
EVENT = ["announced_date", "date_precision", "first_reported_date", "kind", "scope", "scope_country", "scope_unit", "relation",
         "internal_search_days", "severance_weeks_min"]  # fmt: skip
SOURCE = ["publisher", "source_type", "url", "published_date", "language", "accessed_date"]
LINKS = ["event", "related_event", "distinct_from", "program", "program_label"]
FIGURES = ["jobs", "jobs_to", "jobs_qualifier", "unit_counted", "share_pct", "share_pct_to", "share_qualifier", "share_base"]
STATEMENTS = ["status", "status_date", "reason", "stance", "speaker", "speaker_name", "said_date", "units", "units_basis"]
COLUMNS = [*COMPANY, *LINKS, *EVENT, *FIGURES, *STATEMENTS, *SOURCE]
TYPES = {"announced_date": "date", "first_reported_date": "date", "status_date": "date", "said_date": "date", "published_date": "date",
         "accessed_date": "date", "jobs": "integer", "jobs_to": "integer", "share_pct": "number", "share_pct_to": "number",
         "internal_search_days": "integer", "severance_weeks_min": "integer"}  # fmt: skip
DEFAULTS = {"date_precision": "day", "relation": "new"}
# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans({"ø": "o", "Ø": "o", "ß": "ss", "æ": "ae", "Æ": "ae", "ł": "l", "Ł": "l", "đ": "d"})


def slug(text: str) -> str:
    """A frozen identifier from a name: plain letters, digits and hyphens."""
    text = re.sub(r"\s&\s", " and ", text).replace("&", "")  # Marks & Spencer, but AT&T
    plain = unicodedata.normalize("NFKD", text.translate(PLAIN)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


class Intake:
    """The tables as they are, plus what the lines add."""

    columns, types = COLUMNS, TYPES

    def __init__(self, root: Path, file: str, today: date):
        self.root, self.file, self.today = root, file, today
        self.package = csvs.descriptor(root)
        self.resources = {resource["name"]: resource for resource in csvs.curated(self.package)}
        self.tables: dict[str, list[Row]] = {}
        self.faults: list[Fault] = []
        for name, resource in self.resources.items():
            self.tables[name], _, faults = csvs.read_csv(root / resource["path"], resource, resource["path"])
            self.faults += faults
        self.before = {name: len(rows) for name, rows in self.tables.items()}
        self.names = {str(row["name"]).casefold(): row["company_id"] for row in self.tables["companies"]}
        self.names |= {str(row["company_id"]): row["company_id"] for row in self.tables["companies"]}
        self.names |= {str(row["alias"]).casefold(): row["company_id"] for row in self.tables["company_aliases"]}
        self.urls = {row["url"]: row for row in self.tables["sources"]}
        self.by_source = {row["source_id"]: row for row in self.tables["sources"]}
        self.events = {row["event_id"]: row for row in self.tables["announcements"]}
        self.keys: dict[str, str] = {}  # the file's own event keys -> event_id
        self.known_events = set(self.events)
        self.new_events: dict[str, int] = {}  # event_id -> line
        self.distinct: dict[str, set[str]] = defaultdict(set)
        self.skipped = Counter()
        self.new_status: set[int] = set()
        self.of_event: dict[tuple[str, object], list[Row]] = defaultdict(list)
        for name, rows in self.tables.items():
            for row in rows:
                self.of_event[name, row.get("event_id")].append(row)

    def fault(self, line: int, field: str, value: object, rule: str) -> None:
        self.faults.append(Fault(self.file, line, field, csvs.render(value), rule))

    def add(self, table: str, row: Row) -> Row:
        full = {name: row.get(name) for name in csvs.field_names(self.resources[table])}
        self.tables[table].append(full)
        self.of_event[table, full.get("event_id")].append(full)
        return full

    # --------------------------------------------------------------------------------- one line
    def read(self, path: Path) -> list[tuple[int, Row]]:
        out = []
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for name in reader.fieldnames or []:
                if name not in self.columns:
                    self.fault(1, name, "", f"unknown column; there are {', '.join(self.columns)}")
            for cells in reader:
                row: Row = dict.fromkeys(self.columns)
                for name, cell in cells.items():
                    if name is None or cell is None:
                        self.fault(reader.line_num, "-", "", "more or fewer fields than the header")
                    elif name in row:
                        try:
                            row[name] = csvs.parse_leniently(cell, self.types.get(name, "string"))
                        except ValueError as error:
                            self.fault(reader.line_num, name, cell, str(error))
                out.append((reader.line_num, row))
        return out

    def company(self, line: int, row: Row) -> str | None:
        name = row["company"]
        if name is None:
            self.fault(line, "company", None, "required")
            return None
        if found := self.names.get(name.casefold()):
            return found
        new = slug(name)
        for field in ("country_code", "sector"):
            if row[field] is None:
                self.fault(line, field, None, f"required, since {name!r} is a new employer")
        if new in self.names.values():
            self.fault(line, "company", name, f"would get the identifier of another employer, {new!r}: add the name as an alias or write it as known")
        parent = row["parent_company"] and self.names.get(str(row["parent_company"]).casefold())
        if row["parent_company"] and not parent:
            self.fault(line, "parent_company", row["parent_company"], "is not a known employer")
        self.add("companies", {"company_id": new, "name": name, "country_code": row["country_code"], "sector": row["sector"], "parent_company_id": parent})
        self.names[name.casefold()] = new
        return new

    def source(self, line: int, row: Row) -> str | None:
        """The document of a line; one that is recorded needs only its url."""
        if found := self.urls.get(row["url"]):
            for field in SOURCE[:-1]:
                if row[field] is not None and found[field] != row[field]:
                    self.fault(line, field, row[field], f"the source {found['source_id']} is recorded with {csvs.render(found[field])!r}")
            return found["source_id"]
        for field in SOURCE[:-1]:
            if row[field] is None:
                self.fault(line, field, None, "required, since this document is not recorded yet")
        if row["url"] is None or row["published_date"] is None or row["publisher"] is None:
            return None
        base = f"{slug(row['publisher'])}-{row['published_date']}"
        new, n = base, 1
        while new in self.by_source:
            n += 1
            new = f"{base}-{n}"
        fields = {name: row[name] for name in SOURCE} | {"source_id": new, "accessed_date": row["accessed_date"] or self.today}
        self.urls[row["url"]] = self.by_source[new] = self.add("sources", fields)
        return new

    def event(self, line: int, row: Row, company: str) -> str | None:
        key = row["event"] or (company and row["announced_date"] and f"{company}-{row['announced_date']}")
        if key in self.keys:
            return self.merge_event(line, row, self.events[self.keys[key]])
        if key in self.known_events and row["event"]:
            return self.merge_event(line, row, self.events[key])
        missing = [field for field in ("announced_date", "kind", "scope") if row[field] is None]
        for field in missing:
            self.fault(line, field, None, "required, since this is the first line of an announcement")
        if missing:
            return None
        base = f"{company}-{row['announced_date']}"
        new, letter = base, "a"
        while new in self.events:
            letter = chr(ord(letter) + 1)
            new = f"{base}-{letter}"
        fields = {name: row[name] for name in EVENT} | {"event_id": new, "company_id": company}
        for name, value in DEFAULTS.items():
            fields[name] = fields[name] or value
        self.events[new] = self.add("announcements", fields)
        self.new_events[new] = line
        if key:
            self.keys[key] = new
        return new

    def merge_event(self, line: int, row: Row, known: Row) -> str:
        """A further line may fill what is empty and must not contradict what stands."""
        new = known["event_id"] in self.new_events
        for field in EVENT:
            value = row[field]
            if value is None or value == known[field]:
                continue
            if known[field] is None and new:
                known[field] = value
            else:
                self.fault(line, field, value, f"{known['event_id']} has {csvs.render(known[field])!r}; change it in data/announcements.csv if that is wrong")
        return known["event_id"]

    def link(self, line: int, row: Row, event_id: str) -> None:
        """Relations and programmes, once every announcement of the file has its identifier."""
        event = self.events[event_id]
        if row["related_event"]:
            related = self.keys.get(row["related_event"], row["related_event"])
            if related not in self.events:
                self.fault(line, "related_event", row["related_event"], "no such announcement, in the data or in this file")
            elif event["related_event_id"] not in (None, related):
                self.fault(line, "related_event", row["related_event"], f"{event_id} already refers to {event['related_event_id']}")
            event["related_event_id"] = related
        for other in (row["distinct_from"] or "").split(";"):
            if other := other.strip():
                self.distinct[event_id].add(self.keys.get(other, other))
        if row["program"]:
            programs = {p["program_id"]: p for p in self.tables["programs"]}
            first = self.first_known(event)
            if found := programs.get(row["program"]):
                found["started_date"] = min(found["started_date"], first)
            elif not row["program_label"]:
                self.fault(line, "program_label", None, f"required, since {row['program']!r} is a new programme")
            else:
                owner = event["company_id"]
                parent = next((c["parent_company_id"] for c in self.tables["companies"] if c["company_id"] == owner), None)
                self.add("programs", {"program_id": row["program"], "company_id": parent or owner, "label": row["program_label"], "started_date": first})
            event["program_id"] = row["program"]

    @staticmethod
    def first_known(event: Row) -> date:
        return event["first_reported_date"] or event["announced_date"]

    def statements(self, line: int, row: Row, event_id: str, source: str) -> None:
        """Figures, status, reasons and units of one line."""
        said = False
        for measure, column in (("jobs", "jobs"), ("share_pct", "share_pct")):
            prefix = "jobs" if measure == "jobs" else "share"
            value, to, qualifier = row[column], row[f"{column}_to"], row[f"{prefix}_qualifier"]
            if value is None:
                if to is not None or qualifier is not None:
                    self.fault(line, column, None, f"required with {prefix}_qualifier or {column}_to")
                continue
            said = True
            bound = {"at_least": {"low": value}, "up_to": {"high": value}, "between": {"low": value, "high": to}}.get(qualifier, {"point": value})
            if qualifier is None:
                self.fault(line, f"{prefix}_qualifier", None, f"required with {column}: exact, about, at_least, up_to or between")
            if (qualifier == "between") != (to is not None):
                self.fault(line, f"{column}_to", to, "given exactly when the qualifier is between")
            if measure == "share_pct" and row["share_base"] is None:
                self.fault(line, "share_base", None, "a share needs its base: total, corporate or unit")
            bound = {name: float(number) for name, number in bound.items() if number is not None}
            report = {"event_id": event_id, "source_id": source, "measure": measure, "qualifier": qualifier, **bound}
            report |= {"base": row["share_base"]} if measure == "share_pct" else {"unit_counted": row["unit_counted"]}
            self.numbered("layoff_reports", "report", report)
        if row["status"]:
            said = True
            day = row["status_date"] or self.events[event_id]["announced_date"]
            self.status({"event_id": event_id, "status": row["status"], "date": day, "source_id": source})
        if row["reason"]:
            said = True
            own = row["speaker"] in EMPLOYER_VOICES  # the employer speaks when it announces, anyone else when the page appears
            day = row["said_date"] or (self.events[event_id]["announced_date"] if own else self.by_source[source]["published_date"])
            reason = {name: row[name] for name in ("reason", "stance", "speaker", "speaker_name")} | {"said_date": day}
            self.numbered("layoff_reasons", "reason", {"event_id": event_id, **reason, "source_id": source})
        for unit in filter(None, (part.strip() for part in (row["units"] or "").split(";"))):
            said = True
            if row["units_basis"] is None:
                self.fault(line, "units_basis", None, "required with units: company or press")
            self.unique("layoff_units", ("event_id", "unit"), {"event_id": event_id, "unit": unit, "basis": row["units_basis"], "source_id": source})
        if not said:
            self.fault(line, "jobs", None, "the line says nothing: give jobs, share_pct, status, reason or units")

    def numbered(self, table: str, word: str, row: Row) -> None:
        """Add a row under the next free number of its announcement, unless the same stands there.

        What is counted is told once: a line that repeats the figure without it, or with another word for it, adds nothing.
        """
        key = f"{word}_id"
        mine = self.of_event[table, row["event_id"]]
        for known in mine:
            if all(known[name] == row.get(name) for name in known if name not in (key, "unit_counted")):
                self.skipped[table] += 1
                return
        last = max((int(str(known[key]).rsplit("-", 1)[1]) for known in mine), default=0)
        self.add(table, {key: f"{row['event_id']}-{word}-{last + 1:02d}", **row})

    def unique(self, table: str, keys: tuple[str, ...], row: Row) -> None:
        """Add a row unless its key is taken; the first evidence stays."""
        if any(all(known[key] == row[key] for key in keys) for known in self.of_event[table, row.get("event_id")]):
            self.skipped[table] += 1
        else:
            self.add(table, row)

    def status(self, row: Row) -> None:
        """A step has one row; of the lines of this file the earliest evidence of it stays."""
        for known in self.of_event["layoff_status", row["event_id"]]:
            if known["status"] == row["status"]:
                self.skipped["layoff_status"] += 1
                if id(known) in self.new_status and self.earliness(row) < self.earliness(known):
                    known.update(row)
                return
        self.new_status.add(id(self.add("layoff_status", row)))

    def earliness(self, row: Row) -> tuple:
        source = self.by_source[row["source_id"]]
        return row["date"], source["published_date"], RANK.get(source["source_type"], 99)

    def drop_unused_sources(self) -> None:
        """Documents that only repeat what is known leave no row that refers to them."""
        used = {row.get("source_id") for name, rows in self.tables.items() if name != "sources" for row in rows}
        kept = [row for row in self.tables["sources"] if row["source_id"] in used]
        self.skipped["sources"] += len(self.tables["sources"]) - len(kept)
        self.tables["sources"] = kept

    # --------------------------------------------------------------------------------- the whole
    def duplicates(self) -> None:
        """Refuse new announcements within two weeks of another of the same employer, unless linked or told apart."""
        by_company = defaultdict(list)
        for event in self.events.values():
            by_company[event["company_id"]].append(event)
        for event_id, line in self.new_events.items():
            event = self.events[event_id]
            for other in by_company[event["company_id"]]:
                if other is event or abs(event["announced_date"] - other["announced_date"]) > rules.DUPLICATE_WINDOW or rules.linked(event, other):
                    continue
                if other["event_id"] in self.new_events and self.new_events[other["event_id"]] > line:
                    continue  # told once, at the later line
                if {other["event_id"]} & self.distinct[event_id] or {event_id} & self.distinct[other["event_id"]]:
                    self.except_duplicate(event, other)
                else:
                    rule = f"likely the same as {other['event_id']}: write that as event to add a report to it, link it with relation, or name it in distinct_from"
                    self.fault(line, "event", event_id, rule)

    def except_duplicate(self, event: Row, other: Row) -> None:
        later = max(event, other, key=lambda row: (row["announced_date"], row["event_id"]))
        row = {"rule": "duplicate_event", "table": "announcements", "row_key": later["event_id"], "reason": "Another reduction than the one within two weeks of it."}
        self.unique("known_exceptions", ("rule", "table", "row_key"), row)

    def run(self, path: Path) -> dict[Path, str]:
        """The new texts of the CSVs; Faulty if anything is wrong with the lines or with the data that they would make."""
        if self.faults:
            raise Faulty(self.faults)
        placed = []
        for line, row in self.read(path):
            company = self.company(line, row)
            source = self.source(line, row)
            event = company and self.event(line, row, company)
            if event and source:
                placed.append((line, row, event, source))
        for line, row, event, _ in placed:
            self.link(line, row, event)
        for line, row, event, source in placed:
            self.statements(line, row, event, source)
        self.duplicates()
        return self.finish()

    def finish(self) -> dict[Path, str]:
        """The texts that change, if nothing is wrong."""
        self.drop_unused_sources()
        if self.faults:
            raise Faulty(self.faults)
        texts = {self.root / self.resources[name]["path"]: csvs.canonical(rows, self.resources[name]) for name, rows in self.tables.items()}
        self.check_result(texts)
        return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}

    def check_result(self, texts: dict[Path, str]) -> None:
        """The gate on the data as they would be."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.root / "datapackage.json", folder)
            (Path(folder) / "data").mkdir()
            for path, text in texts.items():
                (Path(folder) / "data" / path.name).write_text(text, encoding="utf-8")
            if faults := check.faults_of(Path(folder)):
                raise Faulty(faults)

    def summary(self) -> str:
        lines = []
        for name, rows in self.tables.items():
            if new := len(rows) - self.before[name]:
                lines.append(f"{name}: {new} new")
        lines += [f"{name}: {n} already there" for name, n in self.skipped.items() if n]
        lines += [f"  new announcement {event}" for event in sorted(self.new_events)]
        return "\n".join(lines) or "nothing new"


def arguments(doc: str, tables: list[str] | None = None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if tables:
        parser.add_argument("table", choices=tables)
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="show what would change and write nothing")
    return parser


def take_in(intake: Intake, file: Path, dry_run: bool) -> int:
    """Run an intake, write all or nothing and say so; the exit status."""
    try:
        texts = intake.run(file)
    except FileNotFoundError:
        print(f"{file}: no such file", file=sys.stderr)
        return 1
    except Faulty as error:
        print(error)
        print(f"{len(error.faults)} faults; nothing was added", file=sys.stderr)
        return 1
    if not dry_run:
        csvs.write_all(texts)
    print(("would add\n" if dry_run else "added\n") + intake.summary())
    return 0


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    given = arguments(__doc__).parse_args(argv)
    return take_in(Intake(root, given.file.name, date.today()), given.file, given.dry_run)


if __name__ == "__main__":
    sys.exit(main())
