"""The workbook for people who live in spreadsheets: the main tables and the codebook of all."""

import datetime
import io
import re
import zipfile

import pyarrow as pa

SHEETS = ["layoffs", "company_quarters", "conflicts", "companies", "capex", "capex_guidance", "headcount"]
WIDEST = 60  # characters; longer text is cut off in view, not in the cell


def workbook(package: dict, tables: dict[str, pa.Table], about: list[tuple[str, str]], day: datetime.date) -> bytes:
    """An .xlsx file: about, codebook, then a sheet for each main table. The same input gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _sheet(book, "about", ["what", "text"], [list(row) for row in about])
    header = ["table", "field", "type", "unit", "required", "values", "description", "caveats"]
    rows = []
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            limits = field.get("constraints", {})
            caveats = " ".join(package["caveats"][key] for key in field.get("caveats", []))
            rows.append([
                resource["name"], field["name"], field["type"], field.get("unit"), "yes" if limits.get("required") else "no",
                ", ".join(limits.get("enum", [])), field["description"], caveats,
            ])  # fmt: skip
    _sheet(book, "codebook", header, rows)
    for name in SHEETS:
        table = tables[name]
        _sheet(book, name, table.column_names, zip(*(column.to_pylist() for column in table.columns), strict=True))
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue(), day)


def _sheet(book, title: str, header: list[str], rows) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    rows = list(rows)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for i, name in enumerate(header):
        width = max([len(name), *(len(str(row[i])) for row in rows[:200])])
        sheet.column_dimensions[get_column_letter(i + 1)].width = min(width, WIDEST) + 2
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"

    def cell(value: object):
        if isinstance(value, datetime.date):
            made = WriteOnlyCell(sheet, value)
            made.number_format = "yyyy-mm-dd"
            return made
        if isinstance(value, str) and value:
            made = WriteOnlyCell(sheet, value)
            made.data_type = "s"  # text that begins with = is text, never a formula
            return made
        return value

    bold = []
    for name in header:
        made = WriteOnlyCell(sheet, name)
        made.font = Font(bold=True)
        bold.append(made)
    sheet.append(bold)
    for row in rows:
        sheet.append([cell(value) for value in row])


def _without_clock(content: bytes, day: datetime.date) -> bytes:
    """The same workbook with the release date wherever the writer put the time of day."""
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            new.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
