"""The command line `layoffdata`: the same tables, sums and evidence from a shell.

Exit codes: 0 fine, 1 a fault of the data files, 2 wrong use. Results go to standard output, all else to standard error.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import layoffdata

if TYPE_CHECKING:
    import pandas as pd

FINE, FAULT, WRONG_USE = 0, 1, 2
EPILOG = """examples:
  layoffdata show layoffs --company amazon --columns announced_date,status,jobs,net_jobs
  layoffdata show layoffs --year 2025 --sector 51 --as-of 2025-12-31 --format csv > layoffs.csv
  layoffdata explain amazon-2025
  layoffdata evidence amazon-2026-01-28 --format json | jq '.[].url'
  layoffdata totals --by sector,year
  layoffdata export layoffs company_quarters --to layoffs.duckdb
  layoffdata verify

exit codes: 0 fine, 1 a fault of the data files, 2 wrong use
"""


class WrongUse(Exception):
    """What was asked cannot be done; the message is all that the user sees."""


def show(frame: "pd.DataFrame", form: str) -> None:
    """A frame on standard output; on a terminal it is made to fit."""
    from ._text import text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    sys.stdout.write(text(frame, form, width))


# ------------------------------------------------------------------------------------- choosing rows
def companies_of(frame: "pd.DataFrame", table: "layoffdata.TableName") -> "pd.Series":
    """The employer of each row, directly or by its announcement."""
    if "company_id" in frame:
        return frame["company_id"]
    if "event_id" in frame:
        return frame["event_id"].map(layoffdata.load("announcements").set_index("event_id")["company_id"])
    raise WrongUse(f"The rows of {table!r} do not belong to an employer, so --company and --sector have no meaning there.")


def years_of(frame: "pd.DataFrame", table: "layoffdata.TableName") -> "pd.Series":
    """The year of each row: the fiscal year, else the table's first date, else that of its announcement."""
    if "fiscal_year" in frame:
        return frame["fiscal_year"]
    for column in frame:
        if frame[column].dtype.kind == "M":
            return frame[column].dt.year
    if "event_id" in frame:
        return frame["event_id"].map(layoffdata.load("announcements").set_index("event_id")["announced_date"]).dt.year
    raise WrongUse(f"The rows of {table!r} have no date, so --year has no meaning there.")


def chosen(table: "layoffdata.TableName", arguments: argparse.Namespace) -> "pd.DataFrame":
    """The rows and columns of a table that were asked for."""
    import pandas as pd

    frame = layoffdata.load(table, as_of=arguments.as_of)
    keep = pd.Series(True, index=frame.index)
    if arguments.company:
        keep &= (companies_of(frame, table) == layoffdata.company(arguments.company)["company_id"]).fillna(False)
    if arguments.sector:
        companies = layoffdata.load("companies").set_index("company_id")["sector"]
        known = list(companies.cat.categories)
        if arguments.sector not in known:
            raise layoffdata.UnknownName("sector", arguments.sector, known, "Sectors are codes of NAICS 2022: `layoffdata describe companies`.")
        keep &= companies_of(frame, table).map(companies).astype(object) == arguments.sector
    if arguments.year:
        keep &= (years_of(frame, table) == arguments.year).fillna(False).astype(bool)
    frame = frame[keep].reset_index(drop=True)
    columns = names(getattr(arguments, "columns", None))
    for column in columns:
        if column not in frame:
            raise layoffdata.UnknownName(f"column in {table}", column, list(frame.columns), f"See `layoffdata describe {table}`.")
    return frame[columns] if columns else frame


def names(given: str | None) -> list[str]:
    return [name.strip() for name in (given or "").split(",") if name.strip()]


# ------------------------------------------------------------------------------------- commands
def run_tables(arguments: argparse.Namespace) -> int:
    frame = layoffdata.tables()
    show(frame[["rows", "bytes", "title"]] if arguments.format == "table" else frame, arguments.format)
    return FINE


def run_describe(arguments: argparse.Namespace) -> int:
    frame = layoffdata.describe(arguments.table)
    show(frame, arguments.format)
    if arguments.format == "table" and frame.attrs["caveats"] and sys.stdout.isatty():
        print(f"\n{frame.attrs['description']}\n{frame.attrs['caveats']}")
    return FINE


def run_show(arguments: argparse.Namespace) -> int:
    show(chosen(arguments.table, arguments), arguments.format)
    return FINE


def run_conflicts(arguments: argparse.Namespace) -> int:
    show(chosen("conflicts", arguments), arguments.format)
    return FINE


def run_evidence(arguments: argparse.Namespace) -> int:
    show(layoffdata.evidence(arguments.id), arguments.format)
    return FINE


def run_explain(arguments: argparse.Namespace) -> int:
    show(layoffdata.explain(arguments.id, as_of=arguments.as_of, count=arguments.count), arguments.format)
    return FINE


def run_totals(arguments: argparse.Namespace) -> int:
    by = names(arguments.by)
    frame = layoffdata.totals(by=by or None, freq=arguments.freq, as_of=arguments.as_of, count=arguments.count)
    show(frame if by or arguments.freq else frame.reset_index(drop=True), arguments.format)
    return FINE


def run_company(arguments: argparse.Namespace) -> int:
    found = layoffdata.company(arguments.name)
    if arguments.format == "table":
        show(found.dropna().rename("value").rename_axis("field").reset_index(), "table")
    else:
        show(found.to_frame().T.reset_index(drop=True), arguments.format)
    return FINE


def run_cite(arguments: argparse.Namespace) -> int:
    print(layoffdata.cite(arguments.style))
    return FINE


def run_verify(arguments: argparse.Namespace) -> int:
    import pandas as pd

    rows, faults = [], []
    for table, size in layoffdata.tables()["bytes"].items():
        try:
            layoffdata.path(table)
            state = "ok"
        except layoffdata.DamagedFile as error:
            state = "missing" if "is missing" in str(error) else "damaged"
            faults.append(str(error))
        rows.append({"table": table, "file": f"{table}.parquet", "bytes": size, "state": state})
    show(pd.DataFrame(rows), arguments.format)
    for fault in faults:
        print(f"layoffdata: {fault}", file=sys.stderr)
    return FAULT if faults else FINE


def run_export(arguments: argparse.Namespace) -> int:
    from ._export import FORMATS, export

    target = Path(arguments.to)
    form = arguments.format or FORMATS.get(target.suffix.lower())
    if form is None:
        raise WrongUse(f"{target.name!r} does not say which format to write. End it with {', '.join(FORMATS)}, or give --format.")
    tables = list(layoffdata.tables().index) if arguments.tables == ["all"] else arguments.tables
    if target.exists() and not arguments.overwrite:
        raise WrongUse(f"{target} exists. Give --overwrite to replace it.")
    export(tables, target, form, arguments.as_of)
    print(f"wrote {target}: {', '.join(tables)}", file=sys.stderr)
    return FINE


def optional(name: str) -> Callable[..., "pd.DataFrame"]:
    """A function that only some editions of the library have."""
    return getattr(layoffdata, name)


def run_versions(arguments: argparse.Namespace) -> int:
    show(optional("versions")(), arguments.format)
    return FINE


def run_diff(arguments: argparse.Namespace) -> int:
    show(optional("diff")(arguments.old, arguments.new, arguments.table), arguments.format)
    return FINE


# ------------------------------------------------------------------------------------- what is understood
Option = tuple[Sequence[str], dict]
FORMAT: Option = (["--format", "-f"], {"choices": ["table", "csv", "json"], "default": "table", "help": "how to write the result (default: table)"})
AS_OF: Option = (["--as-of"], {"metavar": "DAY", "help": "as it could be known at the end of that day, such as 2025-12-31"})
COUNT: Option = (
    ["--count"],
    {"choices": ["confirmed", "reported", "rumored"], "default": "confirmed", "help": "which announcements count (default: confirmed)"},
)
COMPANY: Option = (["--company"], {"metavar": "NAME", "help": "only this employer: name, alias, identifier, ticker or CIK"})
YEAR: Option = (["--year"], {"type": int, "help": "only this year: the fiscal year, else the first date of the table, else that of the announcement"})
SECTOR: Option = (["--sector"], {"metavar": "CODE", "help": "only this sector, a code of NAICS 2022 such as 51 or 31-33"})
COLUMNS: Option = (["--columns"], {"metavar": "A,B", "help": "only these columns, in this order"})
TABLE: Option = (["table"], {"help": "name of a table; `layoffdata tables` lists them"})
ID: Option = (["id"], {"help": "an announcement or a programme, such as amazon-2026-01-28 or amazon-2025"})

# name: function, help, options
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str, list[Option]]] = {
    "tables": (run_tables, "list the tables", [FORMAT]),
    "describe": (run_describe, "the codebook of a table: fields, units, values, caveats", [TABLE, FORMAT]),
    "show": (run_show, "rows of a table", [TABLE, COMPANY, YEAR, SECTOR, AS_OF, COLUMNS, FORMAT]),
    "company": (run_company, "look up an employer", [(["name"], {"help": "name, alias, identifier, ticker or CIK"}), FORMAT]),
    "evidence": (run_evidence, "everything that was said of an announcement or programme, with its sources", [ID, FORMAT]),
    "explain": (run_explain, "what each announcement of a programme adds to the sum, and why", [ID, AS_OF, COUNT, FORMAT]),
    "totals": (run_totals, "jobs announced, each counted once", [
        (["--by"], {"metavar": "A,B", "help": "groups: year, quarter, month, sector, country, company, reason, ai_stance, kind, status"}),
        (["--freq"], {"choices": ["year", "quarter", "month"], "help": "the same as that name first in --by"}), AS_OF, COUNT, FORMAT,
    ]),
    "conflicts": (run_conflicts, "statements that cannot both be right", [COMPANY, YEAR, SECTOR, AS_OF, COLUMNS, FORMAT]),
    "cite": (run_cite, "how to cite this version", [(["--style"], {"choices": ["text", "bibtex", "csl-json"], "default": "text", "help": "default: text"})]),
    "export": (run_export, "write tables to a file", [
        (["tables"], {"nargs": "+", "metavar": "TABLE", "help": "tables; `all` for every one (xlsx and duckdb hold several)"}),
        (["--to"], {"required": True, "metavar": "FILE", "help": "ends with .parquet, .csv, .json, .xlsx or .duckdb"}),
        (["--format", "-f"], {"choices": ["parquet", "csv", "json", "xlsx", "duckdb"], "help": "if the name of the file does not say it"}),
        AS_OF, (["--overwrite"], {"action": "store_true", "help": "replace the file if it exists"}),
    ]),
    "verify": (run_verify, "check every file against its recorded hash", [FORMAT]),
}  # fmt: skip
# Commands whose function is part of the library only in some editions of it.
OPTIONAL: dict[str, tuple[Callable[[argparse.Namespace], int], str, list[Option]]] = {
    "versions": (run_versions, "list the releases", [FORMAT]),
    "diff": (run_diff, "rows added, removed and changed between two releases", [
        (["old"], {"help": "number of the older release"}), (["new"], {"help": "number of the newer release"}), TABLE, FORMAT,
    ]),
}  # fmt: skip


def parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    description = "Announced workforce reductions and the capital expenditure of the same employers, with evidence."
    out = argparse.ArgumentParser(prog="layoffdata", description=description, epilog=EPILOG, formatter_class=raw)
    out.add_argument("--version", action="store_true", help="print the version of the data and stop")
    commands = out.add_subparsers(dest="command", metavar="command", title="commands")
    for name, (function, help_, options) in (COMMANDS | {n: c for n, c in OPTIONAL.items() if n in layoffdata.__all__}).items():
        examples = [line for line in EPILOG.splitlines() if line.startswith(f"  layoffdata {name} ") or line == f"  layoffdata {name}"]
        epilog = "\n".join(["examples:", *examples]) if examples else None
        command = commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".", epilog=epilog, formatter_class=raw)
        for flags, settings in options:
            command.add_argument(*flags, **settings)
        command.set_defaults(run=function)
    return out


def main(argv: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        arguments = parser().parse_args(argv)
        if arguments.version:
            print(layoffdata.__version__)
            return FINE
        if arguments.command is None:
            parser().print_help(sys.stderr)
            return WRONG_USE
        code = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse has said what is wrong, or has printed the help
        return int(stop.code or FINE)
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except layoffdata.DamagedFile as error:
        print(f"layoffdata: {error}", file=sys.stderr)
        return FAULT
    except (ValueError, LookupError, OSError, ImportError, WrongUse) as error:
        print(f"layoffdata: {error}", file=sys.stderr)
        return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
