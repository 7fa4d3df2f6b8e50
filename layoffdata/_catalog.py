"""The compiled descriptor, and the one map from Table Schema types to Arrow and pandas.

A version of the dataset is a folder: the compiled descriptor and the Parquet files that it lists. Without a version, here
and everywhere inside the library, the folder is the one in this package; with one, `_releases` fetches it file by file.
"""

import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DamagedFile, UnknownName

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COMPILED = Path(__file__).parent / "compiled"
ARROW_TYPES = {"string": "string", "integer": "int64", "number": "float64", "date": "date32"}
WORTH_THREADS = 50_000  # rows; below, starting threads takes longer than the conversion that they share
REBUILD = "Reinstall layoffdata, or in a checkout run `python scripts/build.py`."


@cache
def descriptor(version: str | None = None) -> dict[str, Any]:
    """The compiled datapackage.json: the schema plus hash, bytes, rows and span of each table."""
    if version is not None:
        from . import _releases

        return json.loads(_releases.content(version, "datapackage.json"))
    file = COMPILED / "datapackage.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DamagedFile(f"{file} is missing: the dataset has not been built. {REBUILD}") from None
    except ValueError as error:
        raise DamagedFile(f"{file} is damaged: {error}. {REBUILD}") from None


def elsewhere(version: str | None) -> str | None:
    """The version if its files have to come from outside the package; None for the installed one."""
    if version is None:
        return None
    from . import _releases  # only here: it takes longer to import than a table takes to load

    return _releases.other(version)


def names(version: str | None = None) -> list[str]:
    """Names of all tables, in the order of the descriptor."""
    return [resource["name"] for resource in descriptor(version)["resources"]]


def resource(table: str, version: str | None = None) -> dict[str, Any]:
    """The descriptor of one table."""
    for found in descriptor(version)["resources"]:
        if found["name"] == table:
            return found
    raise UnknownName("table", table, names(version), f"These are in version {version}." if version else "See layoffdata.tables().")


def fields(resource: dict[str, Any]) -> list[dict[str, Any]]:
    return resource["schema"]["fields"]


def enum(field: dict[str, Any]) -> list[str] | None:
    return field.get("constraints", {}).get("enum")


def arrow_schema(resource: dict[str, Any], metadata: dict[str, str] | None = None) -> "pa.Schema":
    """Arrow schema of a table: required fields not nullable, enums as dictionary."""
    import pyarrow as pa

    columns = []
    for field in fields(resource):
        kind = pa.type_for_alias(ARROW_TYPES[field["type"]])
        if enum(field):
            kind = pa.dictionary(pa.int8(), kind)
        notes = {"description": field["description"]} | ({"unit": field["unit"]} if "unit" in field else {})
        required = field.get("constraints", {}).get("required", False)
        columns.append(pa.field(field["name"], kind, nullable=not required, metadata=notes))
    return pa.schema(columns, metadata=metadata)


def to_pandas(table: "pa.Table", resource: dict[str, Any]) -> "pd.DataFrame":
    """A DataFrame with the dtypes of the house: str, Int64, float64, datetime64, category."""
    import pandas as pd
    import pyarrow as pa

    for field in fields(resource):
        values, at = enum(field), table.schema.get_field_index(field["name"])
        if values and at >= 0:
            table = table.set_column(at, field["name"], _under(table.column(at), values))
    mapping = {pa.int64(): pd.Int64Dtype(), pa.string(): pd.StringDtype(na_value=float("nan"))}
    threads = len(table) > WORTH_THREADS
    return table.to_pandas(types_mapper=mapping.get, date_as_object=False, ignore_metadata=True, use_threads=threads)


def _under(column: "pa.ChunkedArray", values: list[str]) -> "pa.DictionaryArray":
    """The column under the schema's list: Parquet keeps only the values in use, categories are the same in every version."""
    import pyarrow as pa
    import pyarrow.compute as pc

    plain = column.unify_dictionaries().combine_chunks()
    every = pa.array(values, pa.string())
    position = pc.index_in(plain.dictionary, value_set=every).cast(pa.int8())
    return pa.DictionaryArray.from_arrays(position.take(plain.indices), every)


def verified_bytes(table: str, version: str | None = None) -> bytes:
    """The Parquet file of a table, once its SHA-256 equals the recorded one."""
    found = resource(table, version)
    if version is not None:
        from . import _releases

        return _releases.content(version, found["path"])
    file = COMPILED / found["path"]
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise DamagedFile(f"{file} is missing, though the descriptor lists it. {REBUILD}") from None
    actual = "sha256:" + hashlib.sha256(content).hexdigest()
    if actual != found["hash"]:
        raise DamagedFile(f"{file} is damaged: its hash is {actual}, recorded is {found['hash']}. {REBUILD}")
    return content


def read(table: str, columns: list[str] | None = None, version: str | None = None) -> "pd.DataFrame":
    """A compiled table as a DataFrame."""
    found = resource(table, version)
    known = [field["name"] for field in fields(found)]
    for column in columns or []:
        if column not in known:
            raise UnknownName(f"column in {table}", column, known, f"See layoffdata.describe({table!r}).")
    return _parsed(table, verified_bytes(table, version), version, columns)


def shared(table: str, version: str | None = None) -> "pd.DataFrame":
    """A compiled table for `resolve`, which changes nothing in place: parsed once as long as the file is the same."""
    return _parsed_once(table, verified_bytes(table, version), version)


def read_arrow(content: bytes, columns: list[str] | None = None) -> "pa.Table":
    """A table as it stands in its Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.ParquetFile(pa.BufferReader(content)).read(columns=columns)


def _parsed(table: str, content: bytes, version: str | None = None, columns: list[str] | None = None) -> "pd.DataFrame":
    return to_pandas(read_arrow(content, columns), resource(table, version))


_parsed_once = lru_cache(maxsize=16)(_parsed)
