"""What both refreshing scripts do with rows from a service: add vintages, pass the gate, write all or nothing, report."""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import check
import tables as csvs
from fetch import DocumentError, Fetcher, ServiceError
from tables import ROOT, Fault, Faulty, Row

AGENT = "LAYOFFDATA_USER_AGENT"


class NotThereError(ValueError):
    """What was asked for on the command line does not exist."""


def read_tables(root: Path) -> tuple[dict[str, dict], dict[str, list[Row]]]:
    """The curated tables: resource and rows by name. Faulty if any cannot be read."""
    resources = {resource["name"]: resource for resource in csvs.curated(csvs.descriptor(root))}
    rows, faults = {}, []
    for name, resource in resources.items():
        rows[name], _, found = csvs.read_csv(root / resource["path"], resource, resource["path"])
        faults += found
    if faults:
        raise Faulty(faults)
    return resources, rows


def changed_texts(root: Path, resources: dict[str, dict], rows: dict[str, list[Row]]) -> dict[Path, str]:
    texts = {root / resource["path"]: csvs.canonical(rows[name], resource) for name, resource in resources.items()}
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def faults_with(root: Path, texts: dict[Path, str]) -> list[Fault]:
    """The faults that the gate finds in the data as they would be, on a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copy(root / "datapackage.json", copy)
        shutil.copytree(root / "data", copy / "data")
        for path, text in texts.items():
            (copy / "data" / path.name).write_text(text, encoding="utf-8")
        return check.faults_of(copy)


def add_source(sources: list[Row], row: Row) -> None:
    if all(known["source_id"] != row["source_id"] for known in sources):
        sources.append(row)


def arguments(doc: str, base: str, work: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default=base, help="address of the service (default: %(default)s)")
    parser.add_argument("--user-agent", default=os.environ.get(AGENT), help=f"name and contact, as 'name contact@example.org'; or the environment's {AGENT}")
    parser.add_argument("--work", type=Path, default=ROOT / ".refresh" / work, help="folder for answers until the run is done (default: %(default)s)")
    parser.add_argument("--dry-run", action="store_true", help="show what would change and write nothing; the answers are kept for the run that follows")
    return parser


def run(refresh: Callable[[], tuple[dict[Path, str], list[str], bool]], fetcher: Fetcher, dry: bool) -> int:
    """Fetch, gate, write, report; exit status 0, 1 (something failed) or 130 (interrupted).

    `refresh` gives the new texts, the report and whether everything asked for was had. Nothing is
    written before all of it is fetched and has passed the gate.
    """
    try:
        texts, report, complete = refresh()
        if texts and not dry:
            csvs.write_all(texts)
    except KeyboardInterrupt:
        print("\ninterrupted: nothing was written; run again to go on", file=sys.stderr)
        return 130
    except (ServiceError, DocumentError, NotThereError) as error:
        print(error, file=sys.stderr)
        return 1
    except Faulty as error:
        print(error)
        print(f"{len(error.faults)} faults: nothing was written. What was fetched is kept; settle them and run again", file=sys.stderr)
        return 1
    if complete and not dry:
        fetcher.forget()
    counts = Counter(line.split()[0] for line in report)
    if report:
        print("\n".join(report))
    print(", ".join(([] if counts["new"] else ["nothing new"]) + [f"{n} {kind}" for kind, n in counts.items()]))
    print(f"{'would write' if dry else 'written'}: {', '.join(sorted(path.name for path in texts)) or 'nothing'}")
    return 0 if complete else 1
