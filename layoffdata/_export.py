"""Tables as files of other formats, with the types that the schema gives them."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import _catalog, _library

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = {".parquet": "parquet", ".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".duckdb": "duckdb"}
SEVERAL = ("xlsx", "duckdb")
PACKAGES = {"xlsx": "openpyxl", "duckdb": "duckdb"}


def export(tables: list[_library.TableName], target: Path, form: str, as_of: str | None = None) -> None:
    """Write tables to a file, whole or not at all. ValueError: a format of one table got several; ImportError: a package is missing."""
    if form not in SEVERAL and len(tables) > 1:
        raise ValueError(f"A {form} file holds one table, not {len(tables)}. Export one by one, or to .xlsx or .duckdb.")
    if form in PACKAGES:
        try:
            __import__(PACKAGES[form])
        except ImportError:
            raise ImportError(f"Writing {form} needs the package {PACKAGES[form]}: pip install {PACKAGES[form]}") from None
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".layoffdata-") as folder:
        staged = Path(folder) / f"staged.{form}"
        {"parquet": _parquet, "csv": _csv, "json": _json, "xlsx": _xlsx, "duckdb": _duckdb}[form](tables, staged, as_of)
        os.replace(staged, target)


def arrow(table: _library.TableName, as_of: str | None) -> "pa.Table":
    """A table in Arrow under its schema: dates are days, closed lists dictionaries."""
    import pyarrow as pa

    resource = _catalog.resource(table)
    notes = {"table": table, "title": resource["title"], "version": _catalog.descriptor()["version"], "license": "CC-BY-4.0"}
    schema = _catalog.arrow_schema(resource, notes | ({"as_of": as_of} if as_of else {}))
    return pa.Table.from_pandas(_library.load(table, as_of=as_of), schema=schema, preserve_index=False)


def _parquet(tables: list[_library.TableName], file: Path, as_of: str | None) -> None:
    import pyarrow.parquet as pq

    if as_of is None:
        file.write_bytes(_catalog.verified_bytes(tables[0]))  # the very file of the release
    else:
        pq.write_table(arrow(tables[0], as_of), file, compression="zstd")


def _csv(tables: list[_library.TableName], file: Path, as_of: str | None) -> None:
    _library.load(tables[0], as_of=as_of).to_csv(file, index=False, lineterminator="\n", encoding="utf-8")


def _json(tables: list[_library.TableName], file: Path, as_of: str | None) -> None:
    from ._text import text

    file.write_text(text(_library.load(tables[0], as_of=as_of), "json"), encoding="utf-8", newline="\n")


def _xlsx(tables: list[_library.TableName], file: Path, as_of: str | None) -> None:
    import pandas as pd

    with pd.ExcelWriter(file, engine="openpyxl", datetime_format="YYYY-MM-DD") as book:
        for table in tables:
            _library.load(table, as_of=as_of).to_excel(book, sheet_name=table, index=False, freeze_panes=(1, 0))
        codebook = pd.concat([_library.describe(table).reset_index().assign(table=table) for table in tables])
        codebook[["table", *codebook.columns.drop("table")]].to_excel(book, sheet_name="codebook", index=False, freeze_panes=(1, 0))
        about = [_library.cite(), *(_library.describe(table).attrs["caveats"] for table in tables)]
        pd.DataFrame({"about": [line for line in dict.fromkeys(about) if line]}).to_excel(book, sheet_name="about", index=False)


def _duckdb(tables: list[_library.TableName], file: Path, as_of: str | None) -> None:
    import duckdb

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    with duckdb.connect(str(file)) as database:
        for table in tables:
            database.register("arrived", arrow(table, as_of))
            database.execute(f'CREATE TABLE "{table}" AS SELECT * FROM arrived')
            database.unregister("arrived")
            resource = _catalog.resource(table)
            database.execute(f'COMMENT ON TABLE "{table}" IS {quoted(resource["description"])}')
            for field in _catalog.fields(resource):
                database.execute(f'COMMENT ON COLUMN "{table}"."{field["name"]}" IS {quoted(field["description"])}')
