#!/usr/bin/env python3
"""Add rows of a table of figures from a plain CSV: headcount, capex, capex_guidance, indicators, verification or coverage.

    python scripts/intake_figures.py headcount rows.csv --dry-run     show what would change
    python scripts/intake_figures.py headcount rows.csv               add it

The columns are the table's own, but `company` (a name, alias or identifier) instead of company_id, and the document (publisher, source_type,
url, published_date, language; of a recorded one only the url) instead of source_id. Identifiers are given. A row whose key is there is left
out if it says the same and is a fault if it does not. All or nothing: every fault is listed, and with any fault nothing is written.
"""

import sys
from collections import Counter
from datetime import date
from pathlib import Path

import intake
import rules
import tables as csvs
from intake import COMPANY, SOURCE, Intake
from tables import ROOT, Faulty, Row

TABLES = ["headcount", "capex", "capex_guidance", "indicators", "verification", "coverage"]
YEAR = {"fiscal": "fy", "calendar": "cy"}
IDENTIFIERS = {"capex_guidance": ("guidance_id", lambda row: f"{row['company_id']}-{YEAR.get(row['year_basis'], 'fy')}{row['fiscal_year']}-{row['issued_date']}")}


class Figures(Intake):
    """One table of figures as it is, plus what the lines add."""

    def __init__(self, root: Path, file: str, today: date, table: str):
        super().__init__(root, file, today)
        self.table, self.identifier = table, IDENTIFIERS.get(table, (None, None))
        schema = {field["name"]: field["type"] for field in csvs.fields(self.resources[table])}
        self.own = [name for name in schema if name not in ("company_id", "source_id", self.identifier[0])]
        self.columns = [*(COMPANY if "company_id" in schema else []), *self.own, *(SOURCE if "source_id" in schema else [])]
        self.types = schema | self.types
        self.key = csvs.primary_key(self.resources[table])
        self.known = {tuple(row[name] for name in self.key): row for row in self.tables[table]}
        self.said = {self.content(row) for row in self.tables[table]}
        self.numbers = Counter(self.stem(row) for row in self.tables[table]) if self.identifier[0] else Counter()

    def content(self, row: Row) -> tuple:
        return tuple(row.get(name) for name in csvs.field_names(self.resources[self.table]) if name != self.identifier[0])

    def stem(self, row: Row) -> str:
        return self.identifier[1](row)

    def run(self, path: Path) -> dict[Path, str]:
        if self.faults:
            raise Faulty(self.faults)
        for line, given in self.read(path):
            row = {name: given[name] for name in self.own}
            if "company" in self.columns:
                row["company_id"] = self.company(line, given)
            if "url" in self.columns:
                row["source_id"] = self.source(line, given)
            if len(self.faults) == 0:
                self.place(line, row)
        return self.finish()

    def place(self, line: int, row: Row) -> None:
        """Add a row unless it is there; a row of the same key that says something else is a fault."""
        if self.content(row) in self.said:
            self.skipped[self.table] += 1
            return
        self.said.add(self.content(row))
        if self.identifier[0]:
            self.numbers[self.stem(row)] += 1
            row[self.identifier[0]] = f"{self.stem(row)}-{self.numbers[self.stem(row)]:02d}"
        key = tuple(row[name] for name in self.key)
        if other := self.known.get(key):
            for name in self.own:
                if other[name] != row[name]:
                    self.fault(line, name, row[name], f"the row {' | '.join(map(csvs.render, key))} has {csvs.render(other[name])!r}")
        else:
            self.known[key] = self.add(self.table, row)
            if self.table == "capex" and row["fiscal_period"] == "FY" and row["period_end"]:
                rules.note_year_end(self.tables["companies"], row)


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    given = intake.arguments(__doc__, TABLES).parse_args(argv)
    return intake.take_in(Figures(root, given.file.name, date.today(), given.table), given.file, given.dry_run)


if __name__ == "__main__":
    sys.exit(main())
