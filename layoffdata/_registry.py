"""The registry of releases: which versions there are, and the size and SHA-256 of every file of each.

`releases.json` ships in the wheel and lies in every release folder, so that all that is downloaded can be held against
something that came another way. A registry is input like any other: it is checked whole before any of it is used.

    {"format": 1,
     "releases": [{"version": "0.1.0", "date": "2026-01-31",
                   "tables": {"layoffs": {"rows": 727, "content_hash": "sha256:..."}, ...},
                   "files": {"layoffs.parquet": {"bytes": 87258, "sha256": "..."}, ...}}, ...]}
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .errors import DamagedFile

FORMAT = 1
FILE = "releases.json"
DESCRIPTOR = "datapackage.json"
SHIPPED = Path(__file__).parent / FILE
# Far above any file of ours, far below what fills a disk or a memory.
MAX_BYTES = 1 << 28
VERSION = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)
# One plain name: no folder, no drive, nothing that climbs out of the folder of its version.
NAME = re.compile(r"\.?[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*", re.ASCII)


@dataclass(frozen=True)
class File:
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Table:
    rows: int
    content_hash: str


@dataclass(frozen=True)
class Release:
    version: str
    date: date
    tables: dict[str, Table]
    files: dict[str, File]


def order(version: str) -> tuple[int, ...]:
    """Versions as numbers: 0.10.0 comes after 0.9.0."""
    return tuple(map(int, version.split(".")))


def parse(content: bytes, origin: str) -> dict[str, Release]:
    """Releases by version, oldest first; DamagedFile if anything in the registry is not as it must be."""

    def need(condition: object, what: str) -> None:
        if not condition:
            raise DamagedFile(
                f"{origin} is not a registry of releases: {what}. Nothing of it is used. Reinstall layoffdata, or, if it was downloaded, "
                "check the address in LAYOFFDATA_BASE_URL and tell its owner."
            )

    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        need(False, f"not JSON ({error})")
    need(isinstance(raw, dict) and type(raw.get("format")) is int, "it has no format number")
    if raw["format"] > FORMAT:
        raise DamagedFile(
            f"{origin} has format {raw['format']}; this layoffdata reads up to {FORMAT}. Get a newer one: pip install --upgrade layoffdata"
        )
    need(raw["format"] == FORMAT, f"format {raw['format']} never existed")
    need(isinstance(raw.get("releases"), list), "it has no list of releases")
    found = {}
    for entry in raw["releases"]:
        need(isinstance(entry, dict), "a release is not an object")
        version = entry.get("version")
        need(isinstance(version, str) and VERSION.fullmatch(version), f"{version!r:.50} is not a version such as 0.1.0")
        need(version not in found, f"{version} stands there twice")
        tables, files = entry.get("tables"), entry.get("files")
        need(isinstance(tables, dict) and isinstance(files, dict) and DESCRIPTOR in files, f"{version} has no tables or no {DESCRIPTOR}")
        for name, file in files.items():
            need(NAME.fullmatch(name), f"{name!r:.80} in {version} is not a plain file name")
            need(isinstance(file, dict) and type(file.get("bytes")) is int, f"{name} in {version} has no size")
            need(0 < file["bytes"] <= MAX_BYTES, f"{name} in {version} is said to have {str(file['bytes'])[:20]} bytes")
            need(re.fullmatch("[0-9a-f]{64}", str(file.get("sha256"))), f"{name} in {version} has no SHA-256")
        for name, table in tables.items():
            fine = isinstance(table, dict) and type(table.get("rows")) is int and isinstance(table.get("content_hash"), str)
            need(fine, f"table {name!r:.50} in {version} has no rows or content_hash")
        try:
            day = date.fromisoformat(entry.get("date"))
        except (TypeError, ValueError):
            need(False, f"{version} has no date")
        found[version] = Release(
            version, day,
            {name: Table(table["rows"], table["content_hash"]) for name, table in tables.items()},
            {name: File(file["bytes"], file["sha256"]) for name, file in files.items()},
        )  # fmt: skip
    return dict(sorted(found.items(), key=lambda item: order(item[0])))


def read(file: Path = SHIPPED) -> dict[str, Release]:
    """The registry in a file, by default the one that ships."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DamagedFile(f"{file} cannot be read ({error.strerror}). Reinstall layoffdata.") from None
    return parse(content, str(file))


def render(releases: dict[str, Release]) -> str:
    """The text of a registry."""
    from dataclasses import asdict

    entries = [asdict(release) | {"date": release.date.isoformat()} for _, release in sorted(releases.items(), key=lambda item: order(item[0]))]
    return json.dumps({"format": FORMAT, "releases": entries}, indent=1, ensure_ascii=False) + "\n"
