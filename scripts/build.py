#!/usr/bin/env python3
"""Compile data/*.csv into layoffdata/compiled/: Parquet files and their descriptor.

    python scripts/build.py            build, then show what was built
    python scripts/build.py --quiet    build only

A build that fails leaves the previous files as they were. The same input gives the same bytes.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the library of this checkout, installed or not

import folders
import tables as csvs
from tables import ROOT, Fault, Faulty

from layoffdata import _catalog, conflicts, panel, resolve

DERIVATIONS = {
    "layoffs": resolve.layoffs,
    "company_quarters": panel.company_quarters,
    "conflicts": conflicts.conflicts,
}


def pinned_pyarrow(root: Path = ROOT) -> str:
    """The pyarrow that writes releases: Parquet bytes carry the writer's version."""
    requirements = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    return next(r.split("==")[1] for r in requirements if r.startswith("pyarrow=="))


def compile_curated(resource: dict, root: Path) -> tuple[pa.Table | None, list[Fault]]:
    """A curated CSV as an Arrow table under the schema, or its faults."""
    rows, lines, faults = csvs.read_csv(root / resource["path"], resource)
    if faults:
        return None, faults
    for field in csvs.fields(resource):
        constraints = field.get("constraints", {})
        for row, line in zip(rows, lines, strict=True):
            value = row[field["name"]]
            if value is None and constraints.get("required"):
                faults.append(Fault(resource["path"], line, field["name"], "", "required"))
            elif value is not None and "enum" in constraints and value not in constraints["enum"]:
                rule = f"not one of {', '.join(constraints['enum'])}"
                faults.append(Fault(resource["path"], line, field["name"], csvs.render(value), rule))
    if faults:
        return None, faults
    rows.sort(key=lambda row: csvs.sort_key(row, resource))
    schema = _catalog.arrow_schema(resource)
    plain = pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in schema])
    return pa.Table.from_pylist(rows, schema=plain), []


def under_schema(table: pa.Table, resource: dict, metadata: dict[str, str]) -> pa.Table:
    """The table cast to the explicit schema: refuses nulls in required columns and values outside an enum."""
    schema = _catalog.arrow_schema(resource, metadata)
    columns = []
    for field, spec in zip(schema, csvs.fields(resource), strict=True):
        column = table[field.name].combine_chunks()
        if pa.types.is_dictionary(field.type):
            if pa.types.is_dictionary(column.type):
                column = column.cast(column.type.value_type)
            values = pa.array(_catalog.enum(spec), pa.string())
            indices = pa.compute.index_in(column.cast(pa.string()), value_set=values)
            if indices.null_count != column.null_count:
                strange = set(column.to_pylist()) - set(values.to_pylist()) - {None}
                raise ValueError(f"{resource['name']}.{field.name}: {sorted(strange)} not in the schema's enum")
            column = pa.DictionaryArray.from_arrays(indices.cast(pa.int8()), values)
        else:
            column = column.cast(field.type)
        if not field.nullable and column.null_count:
            raise ValueError(f"{resource['name']}.{field.name}: {column.null_count} missing values in a required column")
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def content_hash(table: pa.Table) -> str:
    """SHA-256 of the content as an Arrow IPC stream, dictionaries decoded: the same under every pyarrow."""
    plain = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    # Through Python values, since equal columns may differ in chunks, null bitmaps and what stands behind a null.
    bare = pa.table([pa.array(c.to_pylist(), c.type) for c in plain], names=table.column_names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, bare.schema) as writer:
        writer.write_table(bare)
    return "sha256:" + hashlib.sha256(sink.getvalue()).hexdigest()


def span(table: pa.Table) -> dict[str, list[str]]:
    """First and last day of each date column."""
    out = {}
    for field in table.schema:
        if pa.types.is_date(field.type) and len(table) > table[field.name].null_count:
            ends = pa.compute.min_max(table[field.name]).as_py()
            out[field.name] = [ends["min"].isoformat(), ends["max"].isoformat()]
    return out


def compile_all(root: Path = ROOT) -> dict[str, pa.Table]:
    """Every table of the descriptor under its schema; Faulty lists what is wrong with the CSVs."""
    package = csvs.descriptor(root)
    plain: dict[str, pa.Table] = {}
    faults: list[Fault] = []
    for resource in csvs.curated(package):
        table, found = compile_curated(resource, root)
        faults += found
        if table is not None:
            plain[resource["name"]] = table
    if faults:
        raise Faulty(faults)
    out = {}
    frames = {}
    for resource in package["resources"]:
        name = resource["name"]
        metadata = {"table": name, "title": resource["title"], "version": package["version"], "license": "CC-BY-4.0"}
        if csvs.is_curated(resource):
            table = plain[name]
        else:
            frame = DERIVATIONS[name](frames).sort_values(csvs.primary_key(resource), ignore_index=True)
            table = pa.Table.from_pandas(frame[csvs.field_names(resource)], preserve_index=False)
        out[name] = under_schema(table, resource, metadata)
        frames[name] = _catalog.to_pandas(out[name], resource)
    return out


def write(tables: dict[str, pa.Table], package: dict, folder: Path) -> None:
    """Parquet files and the compiled descriptor into an empty folder."""
    for resource in package["resources"]:
        table = tables[resource["name"]]
        file = folder / f"{resource['name']}.parquet"
        # Written once and downloaded often: the highest usual level, 5% smaller than level 9 and as fast to read.
        pq.write_table(table, file, compression="zstd", compression_level=19, row_group_size=max(len(table), 1), write_statistics=True)
        content = file.read_bytes()
        resource |= {
            "path": file.name, "format": "parquet", "mediatype": "application/x-parquet",
            "bytes": len(content), "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
            "content_hash": content_hash(table), "rows": len(table), "span": span(table),
        }  # fmt: skip
        resource.pop("encoding", None)
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def build(root: Path = ROOT, target: Path | None = None) -> Path:
    """Compile into a folder beside the target and swap it in at the end."""
    target = target or root / "layoffdata" / "compiled"
    tables = compile_all(root)
    with folders.replaced(target) as staging:
        write(tables, csvs.descriptor(root), staging)
    _catalog.descriptor.cache_clear()
    return target


def show() -> None:
    """What was built, and the case that it is built for."""
    import pandas as pd

    import layoffdata

    with pd.option_context("display.width", 160, "display.max_columns", 20, "display.max_colwidth", 60):
        print(layoffdata.tables()[["rows", "bytes", "title"]].to_string())
        frame = layoffdata.load("layoffs")
        columns = ["announced_date", "status", "jobs", "jobs_high", "jobs_qualifier", "net_jobs", "evidence_grade", "ai_stance", "best_source_url"]
        print("\nAmazon since October 2025:")
        print(frame.loc[(frame["company_id"] == "amazon") & (frame["announced_date"] >= "2025-10-01"), columns].to_string(index=False))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quiet", action="store_true", help="do not show the result")
    arguments = parser.parse_args(argv)
    if pa.__version__ != (pin := pinned_pyarrow()):
        print(f"note: written by pyarrow {pa.__version__}; releases are written by {pin}, the bytes will differ", file=sys.stderr)
    try:
        target = build()
    except Faulty as error:
        print(error, file=sys.stderr)
        print(f"{len(error.faults)} faults; nothing was built, the previous files are untouched", file=sys.stderr)
        return 1
    print(f"built {target.relative_to(ROOT)}")
    if not arguments.quiet:
        show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
