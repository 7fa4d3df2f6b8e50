#!/usr/bin/env python3
"""Make a release: dist/<version>/ with everything in it, and its entry in the registry layoffdata/releases.json.

    python scripts/release.py 0.2.0                       released today
    python scripts/release.py 0.2.0 --date 2026-03-31     released on that day

It refuses, with every reason at once, unless the data pass the gate, the version is the next one by the rules of bump.py, the
changelog has an entry `## 0.2.0 (2026-03-31)` and pyarrow is the pinned one. All is made in a temporary folder and moved at
the end. The same tree, version and date give the same bytes.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import build
import bump
import check
import metadata
import pyarrow as pa
import pyarrow.parquet as pq
import tables as csvs
import workbook
from tables import ROOT

from layoffdata import _download, _registry, _releases
from layoffdata._registry import DESCRIPTOR, File, Release, Table

SUMS = "SHA256SUMS"
CSV_DESCRIPTOR = "datapackage-csv.json"


class Refused(Exception):
    """Why there will be no release: all reasons."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def registry_file(root: Path) -> Path:
    return root / "layoffdata" / _registry.FILE


# ------------------------------------------------------------------------------------------- reasons to refuse
def simple_reasons(root: Path, version: str, day: date) -> list[str]:
    """What can be seen without looking at the data."""
    reasons = []
    package = csvs.descriptor(root)
    released = _registry.read(registry_file(root))
    if package["version"] != version:
        reasons.append(f"datapackage.json has version {package['version']}: set it to {version}, or release that one")
    if version in released:
        reasons.append(f"{version} was released on {released[version].date}: releases never change, the next one needs another number")
    elif (root / "dist" / version).exists():
        reasons.append(f"dist/{version} exists, but the registry does not know it: an earlier run was cut off. Remove the folder")
    if released and day < (last := max(r.date for r in released.values())):
        reasons.append(f"the date {day} is before that of the last release, {last}")
    if pa.__version__ != (pin := build.pinned_pyarrow(root)):
        reasons.append(f"pyarrow is {pa.__version__}, releases are written by {pin}: pip install pyarrow=={pin}")
    if reason := changelog_reason((root / "CHANGELOG.md").read_text(encoding="utf-8"), version, day):
        reasons.append(reason)
    return reasons


def changelog_reason(text: str, version: str, day: date) -> str | None:
    entry = re.search(rf"^## {re.escape(version)}(?= |$)(.*)\n((?:(?!## ).*\n?)*)", text, flags=re.MULTILINE)
    heading = f"## {version} ({day.isoformat()})"
    if not entry:
        return f"CHANGELOG.md has no entry: write one under the heading {heading!r}"
    if entry[1].strip() != f"({day.isoformat()})":
        return f"CHANGELOG.md has the heading {entry[0].splitlines()[0]!r}: write {heading!r}, or give --date"
    if not re.search(r"^- \S", entry[2], flags=re.MULTILINE):
        return f"CHANGELOG.md says nothing under {heading!r}"
    return None


def version_reasons(root: Path, version: str, package: dict, tables: dict[str, pa.Table]) -> list[str]:
    """Whether the version is the one that follows from what changed since the last release."""
    released = _registry.read(registry_file(root))
    if not released:
        return []
    last = list(released.values())[-1]
    try:
        old = json.loads(released_file(root, last, DESCRIPTOR))
        paths = {resource["name"]: resource["path"] for resource in old["resources"]}
        derived = {r["name"] for r in csvs.descriptor(root)["resources"] if not csvs.is_curated(r)}
        found = bump.changes(old, package, derived, lambda name: pq.read_table(pa.BufferReader(released_file(root, last, paths[name]))), tables)
    except OSError as error:
        return [f"the last release, {last.version}, is needed to compute the version and is not in dist/{last.version}: {error}"]
    level = max((change.level for change in found), default=bump.Level.PATCH)
    if version in (fitting := bump.allowed(last.version, level)):
        return []
    why = "; ".join(change.what for change in found if change.level == level) or "no table changed"
    return [f"{version} cannot follow {last.version}: the changes are {level.name} ({why}), so it must be {' or '.join(fitting)}"]


def released_file(root: Path, release: Release, name: str) -> bytes:
    """A file of an earlier release, from dist/ or from the address of the releases; verified either way."""
    wanted = release.files[name]
    local = root / "dist" / release.version / name
    if local.is_file() and sha256(content := local.read_bytes()) == wanted.sha256:
        return content
    return _download.download(_releases.address(release.version, name), wanted.bytes, wanted.sha256)


# ------------------------------------------------------------------------------------------- the folder
def assemble(root: Path, folder: Path, tables: dict[str, pa.Table], day: date) -> Release:
    """Data and metadata of a release in an empty folder; returns its entry for the registry."""
    build.write(tables, csvs.descriptor(root), folder)
    package = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    as_csv = json.loads(json.dumps(package))
    for resource in as_csv["resources"]:
        name = f"{resource['name']}.csv"
        content = csvs.canonical(tables[resource["name"]].to_pylist(), resource).encode()
        (folder / name).write_bytes(content)
        resource |= {
            "path": name, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(content), "hash": f"sha256:{sha256(content)}",
        }  # fmt: skip
    csv_files = {r["path"]: (r["bytes"], r["hash"].removeprefix("sha256:")) for r in as_csv["resources"]}
    texts = {
        CSV_DESCRIPTOR: json.dumps(as_csv, indent=1, ensure_ascii=False) + "\n",
        "CITATION.cff": metadata.citation_cff((root / "CITATION.cff").read_text(encoding="utf-8"), package["version"], day),
        "croissant.json": metadata.croissant(package, day),
        "schema-org.json": metadata.schema_org(package, day, csv_files),
        ".zenodo.json": metadata.zenodo(package, day),
        "README.md": metadata.dataset_card(package, day),
        "CHANGELOG.md": (root / "CHANGELOG.md").read_text(encoding="utf-8"),
        "LICENSE-DATA": (root / "LICENSE-DATA").read_text(encoding="utf-8"),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    about = [
        ("title", package["title"]), ("version", package["version"]), ("released", day.isoformat()),
        ("evidence reviewed through", package["reviewed_through"]), ("licence", package["licenses"][0]["title"]),
        ("cite as", metadata.citation(package, day)), *[("to know before use", text) for text in package["caveats"].values()],
    ]  # fmt: skip
    (folder / "layoffdata.xlsx").write_bytes(workbook.workbook(package, tables, about, day))
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return Release(
        package["version"], day,
        {r["name"]: Table(r["rows"], r["content_hash"]) for r in package["resources"]},
        {name: File(len(content), sha256(content)) for name, content in files.items()},
    )  # fmt: skip


def write_sums(folder: Path) -> None:
    lines = [f"{sha256(path.read_bytes())}  {path.name}\n" for path in sorted(folder.iterdir()) if path.name != SUMS]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def pack(folder: Path, name: str, day: date) -> None:
    """One zip of all that is in the folder, with the release date as the only time."""
    with zipfile.ZipFile(folder.parent / f"{name}.zip", "w") as out:
        for path in sorted(folder.iterdir()):
            member = zipfile.ZipInfo(f"{name}/{path.name}", (day.year, day.month, day.day, 0, 0, 0))
            member.external_attr = 0o100644 << 16
            out.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    (folder.parent / f"{name}.zip").rename(folder / f"{name}.zip")


def distributions(root: Path, folder: Path, work: Path) -> None:
    """Wheel and sdist of the tree with the registry of this release; they must hold the very files of the folder."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Refused("git does not list the files of this tree: make releases in a git checkout") from None
    tree = work / "tree"
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (root / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, tree / name)
    shutil.copy(folder / _registry.FILE, registry_file(tree))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(work / "packages"), str(tree)]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"wheel and sdist could not be built:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    wheel, sdist = next((work / "packages").glob("*.whl")), next((work / "packages").glob("*.tar.gz"))
    with zipfile.ZipFile(wheel) as packed:
        for path in [*folder.glob("*.parquet"), folder / DESCRIPTOR, folder / _registry.FILE]:
            inside = "layoffdata/" + ("" if path.name == _registry.FILE else "compiled/") + path.name
            if packed.read(inside) != path.read_bytes():
                raise Refused(f"{inside} in the wheel is not {path.name} of the release: the build is not reproducible")
    for package in (wheel, sdist):
        package.rename(folder / package.name)


def release(version: str, day: date, root: Path = ROOT) -> Path:
    """Make dist/<version>/ and write the registry; Refused tells all reasons why not, and then nothing was changed."""
    if not _registry.VERSION.fullmatch(version):
        raise Refused(f"{version!r} is not a version: write three numbers, such as 0.2.0")
    reasons = simple_reasons(root, version, day)
    faults = check.faults_of(root)
    reasons += [f"the gate finds a fault: {fault}" for fault in faults]
    if faults:
        raise Refused("\n".join(reasons))
    (root / "dist").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root / "dist", prefix=".release-") as name:
        work = Path(name)
        folder = work / version
        folder.mkdir()
        tables = build.compile_all(root)
        entry = assemble(root, folder, tables, day)
        if not reasons:
            reasons = version_reasons(root, version, json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8")), tables)
        if reasons:
            raise Refused("\n".join(reasons))
        registry = _registry.render(_registry.read(registry_file(root)) | {version: entry})
        _registry.parse(registry.encode(), "the new registry")
        (folder / _registry.FILE).write_bytes(registry.encode())
        write_sums(folder)
        pack(folder, f"{csvs.descriptor(root)['name']}-{version}", day)
        distributions(root, folder, work)
        write_sums(folder)
        staged = work / _registry.FILE
        staged.write_bytes(registry.encode())
        target = root / "dist" / version
        folder.rename(target)
        try:
            os.replace(staged, registry_file(root))
        except BaseException:
            shutil.rmtree(target)
            raise
    return target


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version", help="the version to release, as it stands in datapackage.json")
    parser.add_argument("--date", type=date.fromisoformat, default=date.today(), help="the day of the release (default: today)")
    arguments = parser.parse_args(argv)
    try:
        target = release(arguments.version, arguments.date)
    except Refused as error:
        print(error, file=sys.stderr)
        print("nothing was released", file=sys.stderr)
        return 1
    print(f"released {arguments.version}: {len(list(target.iterdir()))} files in {target.relative_to(ROOT)}")
    print(f"next: commit and tag layoffdata/{_registry.FILE}, then upload the folder to <the address of the releases>/{arguments.version}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
