"""The curated CSVs under the schema: reading with every fault named, canonical text, writing all or nothing."""

import csv
import io
import json
import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, object]  # field name -> str, int, float, date or None


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: where, what stands there, and which rule it breaks."""

    file: str
    line: int
    field: str
    value: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field} {self.value!r} {self.rule}"


class Faulty(Exception):
    """Raised with all faults found, so that none is fixed one by one."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


def descriptor(root: Path = ROOT) -> dict:
    return json.loads((root / "datapackage.json").read_text(encoding="utf-8"))


def is_curated(resource: dict) -> bool:
    return resource["path"].endswith(".csv")


def curated(package: dict) -> list[dict]:
    return [resource for resource in package["resources"] if is_curated(resource)]


def fields(resource: dict) -> list[dict]:
    return resource["schema"]["fields"]


def field_names(resource: dict) -> list[str]:
    return [field["name"] for field in fields(resource)]


def primary_key(resource: dict) -> list[str]:
    key = resource["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else key


# ------------------------------------------------------------------------------------- values
def parse(text: str, kind: str) -> object:
    """Canonical text to a value; ValueError says how it should be written."""
    if text == "":
        return None
    value = parse_leniently(text, kind)
    if render(value) != text:
        raise ValueError(f"not canonical: write {render(value)!r}")
    return value


def parse_leniently(text: str, kind: str) -> object:
    """Any reasonable spelling to a value, for --fix and the intake."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()
    if text == "":
        return None
    if kind == "string":
        return text
    if kind == "date":
        if not (match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)):
            raise ValueError("not a date: write YYYY-MM-DD")
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            raise ValueError("not a day of the calendar") from None
    plain = re.sub(r"(?<=\d)[_,](?=\d{3}(?:\D|$))", "", text)
    if kind == "integer":
        if not re.fullmatch(r"[+-]?\d+(\.0+)?", plain):
            raise ValueError("not an integer: write digits only")
        return int(plain.split(".")[0])
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", plain):
        raise ValueError("not a number: write digits and one point")
    return float(plain)


def render(value: object) -> str:
    """The one canonical text of a value."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


# ------------------------------------------------------------------------------------- files
def read_csv(path: Path, resource: dict, name: str | None = None) -> tuple[list[Row], list[int], list[Fault]]:
    """Rows, the line of each, and the faults of a canonical CSV (values that cannot be read become None)."""
    name = name or f"data/{path.name}"
    columns = {field["name"]: field["type"] for field in fields(resource)}
    rows: list[Row] = []
    lines: list[int] = []
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return rows, lines, [Fault(name, 1, "-", "", "file is missing")]
    except UnicodeDecodeError as error:
        return rows, lines, [Fault(name, 1, "-", "", f"not UTF-8: {error.reason} at byte {error.start}")]
    faults = []
    if text.startswith("\ufeff"):
        faults.append(Fault(name, 1, "-", "", "not canonical: remove the byte order mark"))
    if "\r" in text:
        faults.append(Fault(name, text[: text.index("\r")].count("\n") + 1, "-", "", "not canonical: end lines with LF only"))
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff").replace("\r\n", "\n"), newline=""), strict=True)
    try:
        header = next(reader, [])
        if header != list(columns):
            faults.append(Fault(name, 1, "-", ",".join(header), f"header must be {','.join(columns)}"))
            return rows, lines, faults
        for cells in reader:
            line = reader.line_num
            if len(cells) != len(header):
                faults.append(Fault(name, line, "-", ",".join(cells), f"has {len(cells)} fields, the header has {len(header)}"))
                continue
            row: Row = {}
            for field, cell in zip(header, cells, strict=True):
                try:
                    row[field] = parse(cell, columns[field])
                except ValueError as error:
                    row[field] = None
                    faults.append(Fault(name, line, field, cell, str(error)))
            rows.append(row)
            lines.append(line)
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, "-", "", f"not CSV: {error}"))
    return rows, lines, faults


def sort_key(row: Row, resource: dict) -> tuple:
    return tuple((row[column] is not None, row[column] if row[column] is not None else "") for column in primary_key(resource))


def canonical(rows: list[Row], resource: dict) -> str:
    """The one canonical text of a table: schema's column order, rows by primary key, LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field_names(resource))
    for row in sorted(rows, key=lambda row: sort_key(row, resource)):
        writer.writerow([render(row[column]) for column in field_names(resource)])
    return out.getvalue()


def write_all(texts: dict[Path, str]) -> None:
    """Write several files, all or none: each is written beside its target first, then all are moved."""
    staged: list[tuple[str, Path]] = []
    before = {path: path.read_bytes() if path.exists() else None for path in texts}
    moved: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
            staged.append((temporary, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(temporary, 0o644)
        for temporary, path in staged:
            os.replace(temporary, path)
            moved.append(path)
    except BaseException:
        for path in moved:
            if (content := before[path]) is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise
    finally:
        for temporary, _ in staged:
            Path(temporary).unlink(missing_ok=True)
