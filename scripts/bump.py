"""Which version comes next: computed from what differs between the data and the last release.

The Data Package recipe for versions of data, read strictly:

    MAJOR   a table is removed or renamed; a field is added, removed, moved, renamed or changes type, format, unit or
            constraint (a new value of a closed list is one); a key changes; a row that other tables refer to is removed
    MINOR   a table or a row is added
    PATCH   a value or a description is corrected, any other row is removed, or only the code changes

Rows are counted in curated tables: derived ones follow from them. While MAJOR is 0, MAJOR changes raise MINOR, as
in semantic versioning; 1.0.0 may follow any 0.y.z and says that the schema is now stable.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

import pyarrow as pa
import tables as csvs

from layoffdata._registry import order


class Level(IntEnum):
    PATCH = 0
    MINOR = 1
    MAJOR = 2


class Change(NamedTuple):
    level: Level
    what: str


BINDING = ("name", "type", "format", "unit", "constraints")  # parts of a field that programs may rely on


def changes(old: dict, new: dict, derived: set[str], read_old: Callable[[str], pa.Table], now: dict[str, pa.Table]) -> list[Change]:
    """What changed between two compiled descriptors and their tables, the gravest first."""
    before, after = ({r["name"]: r for r in package["resources"]} for package in (old, new))
    out = [Change(Level.MAJOR, f"table {name} removed") for name in before.keys() - after.keys()]
    out += [Change(Level.MINOR, f"table {name} added") for name in after.keys() - before.keys()]
    referred = {key["reference"].get("resource", r["name"]) for r in old["resources"] for key in r["schema"].get("foreignKeys", [])}
    for name in sorted(before.keys() & after.keys()):
        found = _of_schema(name, before[name], after[name])
        out += found
        if before[name]["content_hash"] == after[name]["content_hash"]:
            continue
        if name in derived or csvs.primary_key(before[name]) != csvs.primary_key(after[name]):
            out.append(Change(Level.PATCH, f"{name}: other content"))
            continue
        was, is_ = (_keys(table, csvs.primary_key(after[name])) for table in (read_old(name), now[name]))
        if added := len(is_ - was):
            out.append(Change(Level.MINOR, f"{name}: {added} rows added"))
        if removed := len(was - is_):
            out.append(Change(Level.MAJOR if name in referred else Level.PATCH, f"{name}: {removed} rows removed"))
        if not (added or removed or found):
            out.append(Change(Level.PATCH, f"{name}: values corrected"))
    return sorted(out, key=lambda change: (-change.level, change.what))


def _of_schema(name: str, old: dict, new: dict) -> list[Change]:
    was, is_ = ({f["name"]: {part: f.get(part) for part in BINDING} for f in csvs.fields(r)} for r in (old, new))
    out = [f"{name}.{field} removed" for field in was.keys() - is_.keys()]
    out += [f"{name}.{field} added" for field in is_.keys() - was.keys()]
    for field in was.keys() & is_.keys():
        out += [f"{name}.{field}: {part} changed" for part in BINDING if was[field][part] != is_[field][part]]
    if not out and list(was) != list(is_):
        out.append(f"{name}: fields moved")
    out += [f"{name}: {part} changed" for part in ("primaryKey", "foreignKeys") if old["schema"].get(part) != new["schema"].get(part)]
    return [Change(Level.MAJOR, what) for what in out]


def _keys(table: pa.Table, key: list[str]) -> set[tuple]:
    return set(zip(*(table[name].to_pylist() for name in key), strict=True))


def allowed(last: str, level: Level) -> list[str]:
    """The versions that may follow the last one after changes of that level."""
    major, minor, patch = order(last)
    following = {Level.MAJOR: (major + 1, 0, 0), Level.MINOR: (major, minor + 1, 0), Level.PATCH: (major, minor, patch + 1)}
    if major:
        return [".".join(map(str, following[level]))]
    return [".".join(map(str, following[min(level, Level.MINOR)])), "1.0.0"]
