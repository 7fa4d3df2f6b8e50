#!/usr/bin/env python3
"""What the package costs, as ratios measured in one run. Needs a build.

    python scripts/benchmark.py                  all but the heavy parts
    python scripts/benchmark.py load as_of       only these
    python scripts/benchmark.py --large          also 100 times the data and 1,000,000 reports (minutes)

Compared things are measured alternately, so that a slow minute of the machine slows all of them. Whole processes are
measured where that is what people wait for. Figures are the median, with the fastest and the slowest.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "scripts"
sys.path[:0] = [str(ROOT), str(SCRIPTS)]

DAY = "2026-02-01"
REPORTS = 1_000_000
Seconds = list[float]


# ------------------------------------------------------------------------------------- measuring
def alternately(runs: int, **functions: Callable[[], object]) -> dict[str, Seconds]:
    """Seconds of each function, called in turn; the first turn warms up and is not kept."""
    out: dict[str, Seconds] = {name: [] for name in functions}
    for turn in range(runs + 1):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            if turn:
                out[name].append(time.perf_counter() - start)
    return out


def process(code: str) -> Callable[[], object]:
    """A fresh interpreter that runs the code with this checkout first on its path."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{SCRIPTS}"}

    def run() -> str:
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    return run


def in_process(code: str) -> dict:
    """What the code leaves in `result`, and the peak memory of the fresh interpreter that ran it."""
    # Linux counts in kilobytes, macOS in bytes.
    tail = "\nimport json, resource, sys\npeak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)"
    return json.loads(process(code + tail + "\nprint(json.dumps(result | {'peak': peak}))")())


def ms(seconds: Seconds) -> str:
    low, middle, high = (1000 * x for x in (min(seconds), statistics.median(seconds), max(seconds)))
    return f"{middle:8.1f} ms  ({low:.1f} to {high:.1f})"


def added(seconds: Seconds, base: Seconds) -> Seconds:
    """Turn by turn, what one takes more than the other."""
    return [a - b for a, b in zip(seconds, base, strict=True)]


def ratio(seconds: Seconds, base: Seconds) -> float:
    return statistics.median(seconds) / statistics.median(base)


def line(name: str, value: str) -> None:
    print(f"  {name:<52} {value}", flush=True)


# ------------------------------------------------------------------------------------- parts
def importing(runs: int, large: bool) -> None:
    took = alternately(runs, bare=process("pass"), ours=process("import layoffdata"), pandas=process("import pandas"))
    line("bare interpreter", ms(took["bare"]))
    line("import layoffdata adds", ms(added(took["ours"], took["bare"])))
    line("import pandas adds", ms(added(took["pandas"], took["bare"])))


def typed_csv(table: str, folder: Path) -> str:
    """Code that reads a table as CSV with pandas, to the dtypes that `load` gives."""
    import layoffdata

    frame = layoffdata.load(table)
    file = folder / f"{table}.csv"
    frame.to_csv(file, index=False)
    dates = [column for column in frame if frame[column].dtype.kind == "M"]
    dtypes = {}
    for column in frame.columns.difference(dates):
        kind = frame[column].dtype
        dtypes[column] = f"pd.CategoricalDtype({list(kind.categories)!r})" if kind == "category" else repr(str(kind))
    shown = ", ".join(f"{column!r}: {dtype}" for column, dtype in dtypes.items())
    return f"pd.read_csv({str(file)!r}, dtype={{{shown}}}, parse_dates={dates!r}, keep_default_na=False, na_values=[''])"


def loading(runs: int, large: bool) -> None:
    import pandas as pd
    import pyarrow.parquet as pq

    import layoffdata
    from layoffdata import _catalog

    file = layoffdata.path("layoffs")
    with tempfile.TemporaryDirectory() as folder:
        csv = typed_csv("layoffs", Path(folder))
        cold = alternately(
            runs,
            ours=process("import layoffdata; layoffdata.load('layoffs')"),
            arrow=process(f"import pyarrow.parquet as pq; pq.read_table({str(file)!r}).to_pandas()"),
            csv=process(f"import pandas as pd; {csv}"),
        )
        compiled = compile(csv, "csv", "eval")
        assert eval(compiled, {"pd": pd}).dtypes.astype(str).tolist() == layoffdata.load("layoffs").dtypes.astype(str).str.replace("[ms]", "[us]").tolist()
        warm = alternately(
            10 * runs,
            ours=lambda: layoffdata.load("layoffs"),
            arrow=lambda: pq.read_table(file).to_pandas(),
            csv=lambda: eval(compiled, {"pd": pd}),
        )
        frame = pd.concat([layoffdata.load("layoffs")] * 10, ignore_index=True)
        frame.to_parquet(large_file := Path(folder) / "large.parquet")
        frame.to_csv(large_csv := Path(folder) / "large.csv", index=False)
        longer = compile(csv.replace(str(Path(folder) / "layoffs.csv"), str(large_csv)), "csv", "eval")
        resource = _catalog.resource("layoffs")
        ten = alternately(
            2 * runs,
            ours=lambda: _catalog.to_pandas(pq.ParquetFile(large_file).read(), resource),
            arrow=lambda: pq.read_table(large_file).to_pandas(),
            csv=lambda: eval(longer, {"pd": pd}),
        )
    for name, took in (("cold", cold), ("warm", warm), ("10 times the rows, warm", ten)):
        line(f"{name} load('layoffs')", ms(took["ours"]))
        line(f"{name} pyarrow to pandas, same file", ms(took["arrow"]) + f"   load takes {ratio(took['ours'], took['arrow']):.2f} times as long")
        line(f"{name} read_csv, same table, same types", ms(took["csv"]) + f"   takes {ratio(took['csv'], took['ours']):.2f} times as long as load")


def hashing(runs: int, large: bool) -> None:
    import layoffdata

    content = layoffdata.path("layoffs").read_bytes()
    took = alternately(10 * runs, hash=lambda: hashlib.sha256(content).hexdigest(), load=lambda: layoffdata.load("layoffs"))
    line("hash of the file of layoffs", ms(took["hash"]) + f"   {100 * ratio(took['hash'], took['load']):.1f} percent of a warm load")
    cold = statistics.median(alternately(runs, cold=process("import layoffdata; layoffdata.load('layoffs')"))["cold"])
    line("", f"{100 * statistics.median(took['hash']) / cold:.3f} percent of a cold load")


def as_of(runs: int, large: bool) -> None:
    import layoffdata

    took = alternately(
        runs, bare=process("pass"), pandas=process("import pandas"), load=process("import layoffdata; layoffdata.load('layoffs')"),
        as_of=process(f"import layoffdata; layoffdata.load('layoffs', as_of={DAY!r})"),
    )  # fmt: skip
    pandas = added(took["pandas"], took["bare"])
    line("import pandas", ms(pandas))
    first = added(took["as_of"], took["load"])
    line("first as_of of a process, over load without it", ms(first) + f"   {ratio(first, pandas):.2f} of importing pandas")
    warm = alternately(
        5 * runs, **{table: lambda table=table: layoffdata.load(table, as_of=DAY) for table in ("layoffs", "company_quarters", "conflicts", "capex")}
    )
    for table, seconds in warm.items():
        line(f"load({table!r}, as_of=...)", ms(seconds) + f"   {ratio(seconds, pandas):.3f} of importing pandas")


def totalling(runs: int, large: bool) -> None:
    import layoffdata

    took = alternately(
        5 * runs,
        totals=layoffdata.totals,
        by_year=lambda: layoffdata.totals(by="year"),
        by_two=lambda: layoffdata.totals(by=["sector", "quarter"]),
        as_of=lambda: layoffdata.totals(by="year", as_of=DAY),
        load=lambda: layoffdata.load("layoffs"),
    )
    for name, text in (
        ("totals", "totals()"),
        ("by_year", "totals(by='year')"),
        ("by_two", "totals(by=['sector', 'quarter'])"),
        ("as_of", "totals(by='year', as_of=...)"),
    ):
        line(text, ms(took[name]) + f"   {ratio(took[name], took['load']):.1f} times a load")


def building(runs: int, large: bool) -> None:
    sizes = [1, 10, 100] if large else [1, 10]
    base: dict[str, float] = {}
    for times in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            rows = multiply(times, root)
            result = in_process(
                "import time, check, tables, build\nfrom pathlib import Path\nfrom rules import Data\n"
                f"root = Path({str(root)!r})\npackage = tables.descriptor(root)\nresult, faults = {{}}, []\n"
                "def timed(name, function):\n    start = time.perf_counter(); faults.extend(function() or []); result[name] = time.perf_counter() - start\n"
                "timed('check: descriptor and canonical text', lambda: check.check_descriptor(root) + check.check_canonical(root, package))\n"
                "timed('check: frictionless', lambda: check.check_frictionless(root, package))\n"
                "timed('check: rules of the domain', lambda: check.check_rules(Data(root, package)))\n"
                "timed('build', lambda: build.build(root, root / 'compiled') and [])\nassert not faults, faults[:5]\n"
            )
        peak = result.pop("peak")
        line(
            f"{times} times the data: {rows:,} rows",
            f"{sum(result.values()):8.1f} s   {1e6 * sum(result.values()) / rows:.0f} microseconds a row, peak {peak / 1e9:.2f} GB",
        )
        for name, seconds in result.items():
            growth = f"   {seconds / base.setdefault(name, seconds):.1f} times the time of the real data" if times > 1 else ""
            base.setdefault(name, seconds)
            line(f"   {name}", f"{seconds:8.1f} s{growth}")


def resolving(runs: int, large: bool) -> None:
    from layoffdata import _catalog

    reports = _catalog.resource("layoff_reports")["rows"]
    for times in [1, 50, -(-REPORTS // reports)] if large else [1, 50]:
        with tempfile.TemporaryDirectory() as folder:
            multiply_compiled(times, Path(folder))
            for day in (None, DAY):
                result = in_process(
                    "import time, pandas as pd\nfrom pathlib import Path\nfrom layoffdata import resolve\n"
                    f"tables = {{file.stem: pd.read_parquet(file) for file in Path({folder!r}).glob('*.parquet')}}\n"
                    f"start, day = time.perf_counter(), {day!r}\n"
                    "rows = len(resolve.layoffs(tables, day and pd.Timestamp(day)))\n"
                    "result = {'seconds': time.perf_counter() - start, 'reports': len(tables['layoff_reports']), 'rows': rows}\n"
                )
                text = (
                    f"{result['seconds']:8.2f} s   {1e6 * result['seconds'] / result['reports']:.1f} microseconds a report, peak {result['peak'] / 1e9:.2f} GB"
                )
                line(f"layoffs{' as_of' if day else ''} from {result['reports']:,} reports", text)


def sizes(runs: int, large: bool) -> None:
    from layoffdata import _catalog

    parquet = {r["name"]: r["bytes"] for r in _catalog.descriptor()["resources"]}
    with tempfile.TemporaryDirectory() as folder:
        csv = {}
        for name in parquet:
            file = Path(folder) / f"{name}.csv"
            _catalog.read(name).to_csv(file, index=False)
            csv[name] = file.stat().st_size
        for name in ("layoffs", "sources", "layoff_reports"):
            line(f"{name}: Parquet against CSV", f"{parquet[name] / 1e3:8.0f} kB against {csv[name] / 1e3:.0f} kB: {parquet[name] / csv[name]:.2f}")
        line("all tables", f"{sum(parquet.values()) / 1e3:8.0f} kB against {sum(csv.values()) / 1e3:.0f} kB: {sum(parquet.values()) / sum(csv.values()):.2f}")
        if importlib.util.find_spec("build") is None or importlib.util.find_spec("hatchling") is None:
            line("wheel", "not measured: pip install build hatchling")
            return
        # From the folder of the scripts `build` would be our own module.
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, str(ROOT)]
        done = subprocess.run(command, cwd=folder, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, capture_output=True, text=True)
        if done.returncode:
            line("wheel", "not measured: " + (done.stderr or done.stdout).strip().splitlines()[-1])
            return
        wheel = next(Path(folder).glob("*.whl"))
        inside = sum(info.file_size for info in zipfile.ZipFile(wheel).infolist())
        line("wheel", f"{wheel.stat().st_size / 1e3:8.0f} kB ({inside / 1e3:.0f} kB unpacked), {wheel.stat().st_size / sum(csv.values()):.2f} of the CSV")


# ------------------------------------------------------------------------------------- more rows
BLANK = ["cik", "lei", "wikidata_id", "ticker"]  # identifiers that no two employers share


def named_columns(package: dict) -> set[str]:
    """Columns that hold names given once, or refer to one."""
    names = {"series_id"}
    for resource in package["resources"]:
        schema = resource["schema"]
        names |= {field["name"] for field in schema["fields"] if field.get("constraints", {}).get("unique") and field["type"] == "string"}
        names |= {key["fields"][0] for key in schema.get("foreignKeys", [])}
    return names


def multiply(times: int, root: Path) -> int:
    """A checkout with the real rows and further copies under new names; returns the number of rows."""
    import tables as csvs

    package = csvs.descriptor(ROOT)
    keys = {resource["name"]: csvs.primary_key(resource) for resource in package["resources"]}
    names = named_columns(package)

    def renamed(column: str, value: str, n: int) -> str:
        if column == "url":
            return f"{value}#{n}"
        return f"X{n}_{value}" if column == "series_id" else f"x{n}-{value}"

    def copy(row: dict, n: int) -> dict:
        out = {column: None if column in BLANK else value for column, value in row.items()}
        for column in names & row.keys():
            if row[column] is not None:
                out[column] = renamed(column, row[column], n)
        if "row_key" in row:
            parts = zip(keys[row["table"]], row["row_key"].split("|"), strict=True)
            out["row_key"] = "|".join(renamed(column, part, n) if column in names else part for column, part in parts)
        return out

    (root / "data").mkdir()
    (root / "datapackage.json").write_bytes((ROOT / "datapackage.json").read_bytes())
    count = 0
    for resource in csvs.curated(package):
        rows, _, _ = csvs.read_csv(ROOT / resource["path"], resource)
        every = rows + [copy(row, n) for n in range(1, times) for row in rows]
        (root / resource["path"]).write_text(csvs.canonical(every, resource), encoding="utf-8", newline="")
        count += len(every)
    return count


def multiply_compiled(times: int, folder: Path) -> None:
    """The compiled tables that resolution needs, with copies under new names, as Parquet."""
    import pandas as pd

    from layoffdata import _catalog, _library

    names = named_columns(_catalog.descriptor())
    for table in _library._sources_of("layoffs"):
        frame = _catalog.read(table)
        number = pd.Series(range(times)).repeat(len(frame)).astype(str).reset_index(drop=True)
        out = pd.concat([frame] * times, ignore_index=True)
        for column in names & set(frame.columns):
            out[column] = "x" + number + "-" + out[column]
        out.to_parquet(folder / f"{table}.parquet")


PARTS = {
    "import": (importing, "import layoffdata against a bare interpreter"),
    "load": (loading, "load against pyarrow-to-pandas and read_csv"),
    "hash": (hashing, "the hash that every load checks"),
    "as_of": (as_of, "as_of against importing pandas"),
    "totals": (totalling, "sums"),
    "build": (building, "check and build against the number of rows"),
    "resolve": (resolving, "resolution against the number of reports"),
    "sizes": (sizes, "Parquet and wheel against CSV"),
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", metavar="part", help=f"only these: {', '.join(PARTS)}")
    parser.add_argument("--large", action="store_true", help="100 times the data, and 1,000,000 reports: takes minutes and gigabytes of disk")
    parser.add_argument("--runs", type=int, default=9, help="turns of each whole process (default 9)")
    arguments = parser.parse_args(argv)
    if strange := set(arguments.part) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(strange))}; there are {', '.join(PARTS)}")
    for name, (function, title) in PARTS.items():
        if not arguments.part or name in arguments.part:
            print(f"{name}: {title}")
            function(arguments.runs, arguments.large)
    return 0


if __name__ == "__main__":
    sys.exit(main())
