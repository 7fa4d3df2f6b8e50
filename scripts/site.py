#!/usr/bin/env python3
"""Write the explorer, a static site, into dist/site/ from the compiled Parquet files.

    python scripts/site.py              then open dist/site/index.html, or put the folder on any web host
    python scripts/site.py --to public  into another folder, which is replaced

It needs `pip install 'layoffdata[site]'` and `python scripts/build.py` before. The site is written beside its target and
swapped in whole; a run that fails leaves the previous one. The same data give the same bytes.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the library of this checkout, installed or not


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "dist" / "site", help="the folder to replace (default: dist/site)")
    arguments = parser.parse_args(argv)
    try:
        from explorer import write
    except ModuleNotFoundError as missing:
        print(f"the explorer needs {missing.name}: pip install -e '.[site]'", file=sys.stderr)
        return 1
    try:
        target = write.replace(arguments.to.resolve())
    except (OSError, ValueError) as error:
        print(f"{error}\nnothing was written, the previous site is untouched", file=sys.stderr)
        return 1
    print(write.sizes(target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
