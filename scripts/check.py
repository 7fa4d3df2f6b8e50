#!/usr/bin/env python3
"""The gate: every fault of the descriptor and of data/*.csv, as `file:line field value rule`; exit 1 if there is any.

    python scripts/check.py            check
    python scripts/check.py --fix      first rewrite the CSVs canonically (values that cannot be read stay as they are)
    python scripts/check.py --report   then print how well the data cover the ground (needs a build)
"""

import argparse
import csv
import io
import json
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import tables as csvs
from rules import Data
from rules import check as check_rules
from tables import ROOT, Fault

DESCRIPTOR = "datapackage.json"
HOUSE_KEYS = {
    "package": {"$schema", "name", "title", "description", "version", "homepage", "contributors", "keywords", "licenses", "sources", "resources",
                "caveats", "reviewed_through"},
    "resource": {"name", "type", "title", "description", "path", "format", "mediatype", "encoding", "licenses", "sources", "caveats", "schema"},
    "schema": {"fields", "primaryKey", "foreignKeys"},
    "field": {"name", "type", "format", "description", "unit", "constraints", "caveats"},
    "constraints": {"required", "unique", "enum", "pattern", "minimum", "maximum", "exclusiveMinimum"},
    "foreignKey": {"fields", "reference"},
    "reference": {"resource", "fields"},
}  # fmt: skip


def line_of(text: str, *path: str) -> int:
    """The line where the last of nested names first stands after the ones before it; 1 if not found."""
    at = 0
    for name in path:
        found = text.find(json.dumps(name), at)
        at = found if found >= 0 else at
    return text.count("\n", 0, at) + 1


def check_descriptor(root: Path) -> list[Fault]:
    """The descriptor against the official v2 profile and the rules of the house."""
    text = (root / DESCRIPTOR).read_text(encoding="utf-8")
    try:
        package = json.loads(text)
    except ValueError as error:
        return [Fault(DESCRIPTOR, getattr(error, "lineno", 1), "-", "", f"not JSON: {error}")]
    faults: list[Fault] = []

    def add(path: list[str], field: str, value: object, rule: str) -> None:
        faults.append(Fault(DESCRIPTOR, line_of(text, *path), field, str(value), rule))

    profile = json.loads((files("dplib") / "profiles/2.0/datapackage.json").read_text(encoding="utf-8"))
    for error in jsonschema.Draft7Validator(profile).iter_errors(package):
        error = jsonschema.exceptions.best_match([error])  # of nested alternatives, the one that says most
        where = "/".join(map(str, error.absolute_path))
        add([str(p) for p in error.absolute_path if isinstance(p, str)], where, str(error.instance)[:60], f"official profile: {error.message[:120]}")
    if faults:
        return faults

    def only(kind: str, part: dict, path: list[str]) -> None:
        for key in part.keys() - HOUSE_KEYS[kind]:
            add([*path, key], key, part[key], f"unknown key in {kind}")

    only("package", package, [])
    by_name = {resource["name"]: resource for resource in package["resources"]}
    used_caveats: set[str] = set()
    types: dict[str, tuple[str, str]] = {}
    for resource in package["resources"]:
        name = resource["name"]
        here = [name]
        only("resource", resource, here)
        schema = resource["schema"]
        only("schema", schema, here)
        names = csvs.field_names(resource)
        for column in csvs.primary_key(resource):
            if column not in names:
                add(here, "primaryKey", column, "no such field")
        for part in [resource, *schema["fields"]]:
            if not part.get("description", "").strip():
                add([*here, part["name"]], "description", "", f"{name}.{part['name']} is not described")
            for caveat in part.get("caveats", []):
                used_caveats.add(caveat)
                if caveat not in package["caveats"]:
                    add([*here, part["name"], caveat], "caveats", caveat, "no such caveat in the package")
        for key in ("licenses", "sources"):
            if not resource.get(key):
                add(here, key, "", "required for every table")
        for field in schema["fields"]:
            path = [*here, field["name"]]
            only("field", field, path)
            constraints = field.get("constraints", {})
            only("constraints", constraints, path)
            if field["type"] not in ("string", "integer", "number", "date"):
                add(path, "type", field["type"], "not one of string, integer, number, date")
            numeric = field["type"] in ("integer", "number") and field["name"] != "cik"
            if numeric != ("unit" in field):
                add(path, "unit", field.get("unit", ""), "given exactly for numbers")
            if field["name"] in csvs.primary_key(resource) and not constraints.get("required"):
                add(path, "constraints", "", "part of the primary key, so it must be required")
            if "enum" in constraints and len(set(constraints["enum"])) != len(constraints["enum"]):
                add(path, "enum", constraints["enum"], "repeats a value")
            other = types.setdefault(field["name"], (field["type"], name))
            if other[0] != field["type"]:
                add(path, "type", field["type"], f"is {other[0]} in {other[1]}: one name means one thing")
        for key in schema.get("foreignKeys", []):
            only("foreignKey", key, here)
            only("reference", key["reference"], here)
            target = by_name.get(key["reference"].get("resource", name))
            if not target or not set(key["reference"]["fields"]) <= set(csvs.field_names(target)) or not set(key["fields"]) <= set(names):
                add(here, "foreignKeys", key["fields"], "refers to a table or field that does not exist")
    for caveat in package["caveats"].keys() - used_caveats:
        add([caveat], "caveats", caveat, "defined but not used")
    return faults


def check_canonical(root: Path, package: dict) -> list[Fault]:
    """Every CSV equals what writing it again under the schema gives."""
    faults = []
    for resource in csvs.curated(package):
        path = root / resource["path"]
        rows, lines, found = csvs.read_csv(path, resource, resource["path"])
        faults += found
        if found:
            continue
        keys = [csvs.sort_key(row, resource) for row in rows]
        for i in range(1, len(keys)):
            if keys[i] < keys[i - 1]:
                key = "|".join(map(csvs.render, (rows[i][c] for c in csvs.primary_key(resource))))
                faults.append(Fault(resource["path"], lines[i], "-", key, "not canonical: out of order, rows are sorted by primary key"))
                break
        else:
            if csvs.canonical(rows, resource) != path.read_text(encoding="utf-8"):
                faults.append(Fault(resource["path"], 1, "-", "", "not canonical: quoting or line ends differ; run scripts/check.py --fix"))
    known = {resource["path"] for resource in csvs.curated(package)}
    for path in sorted((root / "data").glob("*")):
        if f"data/{path.name}" not in known:
            faults.append(Fault(f"data/{path.name}", 1, "-", "", "no table of datapackage.json points to it"))
    return faults


def check_frictionless(root: Path, package: dict) -> list[Fault]:
    """Types, constraints and keys, by frictionless, on the curated tables."""
    from frictionless import Package, system

    faults = []
    with system.use_context(trusted=True):
        descriptor = {key: package[key] for key in ("$schema", "name", "resources")}
        descriptor["resources"] = [_for_frictionless(resource) for resource in csvs.curated(package)]
        report = Package.from_descriptor(descriptor, basepath=str(root)).validate(limit_errors=1000)
    for task in report.tasks:
        for error in task.errors:
            where = error.to_dict()
            field = where.get("fieldName") or ",".join(map(str, where.get("fieldNames", []))) or "-"
            value = where.get("cell") or ", ".join(map(str, where.get("cells", []))) or ""
            faults.append(Fault(task.place, where.get("rowNumber", 1), field, str(value)[:80], f"{error.type}: {error.note}"))
    for error in report.errors:
        faults.append(Fault(DESCRIPTOR, 1, "-", "", f"{error.type}: {error.note}"))
    return faults


def _for_frictionless(resource: dict) -> dict:
    """The keys that frictionless knows: it takes a field without format, and wants a name for the own table in keys."""
    schema = dict(resource["schema"])
    schema["foreignKeys"] = [{**k, "reference": {"resource": "", **k["reference"]}} for k in schema.get("foreignKeys", [])]
    keep = {key: resource[key] for key in ("name", "type", "path", "format", "mediatype", "encoding")}
    return {**keep, "schema": schema}


def fix(root: Path) -> list[str]:
    """Rewrite every CSV canonically; cells that cannot be read stay as they are. Returns what was rewritten."""
    texts = {}
    for resource in csvs.curated(csvs.descriptor(root)):
        path = root / resource["path"]
        if not path.exists():
            continue
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if set(reader.fieldnames or []) != set(csvs.field_names(resource)):
            continue  # a wrong header needs a person
        rows, bad = [], False
        for cells in reader:
            if None in cells or None in cells.values():
                bad = True
                break
            row = {}
            for field in csvs.fields(resource):
                cell = cells[field["name"]]
                try:
                    row[field["name"]] = csvs.parse_leniently(cell, field["type"])
                except ValueError:
                    row[field["name"]] = cell
            rows.append(row)
        if bad:
            continue
        try:
            new = csvs.canonical(rows, resource)
        except TypeError:  # an unreadable value in the key cannot be sorted
            continue
        if new.encode() != path.read_bytes():
            texts[path] = new
    csvs.write_all(texts)
    return [str(path.relative_to(root)) for path in texts]


def faults_of(root: Path = ROOT) -> list[Fault]:
    """All faults of a checkout. Later stages need the earlier ones to be clean, so the first that is not ends it."""
    if faults := check_descriptor(root):
        return sorted(faults)
    package = csvs.descriptor(root)
    if faults := check_canonical(root, package):
        return sorted(faults)
    return sorted({*check_frictionless(root, package), *check_rules(Data(root, package))})


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fix", action="store_true", help="rewrite the CSVs canonically first")
    parser.add_argument("--report", action="store_true", help="print the diagnostics of the dataset")
    arguments = parser.parse_args(argv)
    if arguments.fix:
        for name in fix(ROOT):
            print(f"rewritten: {name}")
    if faults := faults_of(ROOT):
        print("\n".join(map(str, faults)))
        print(f"{len(faults)} faults", file=sys.stderr)
        return 1
    print("no faults")
    if arguments.report:
        from report import report

        print(report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
