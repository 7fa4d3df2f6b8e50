"""The picture of the README: jobs cut beside capital spent, Amazon 2022-2026.

    python scripts/examples/picture.py

The same data and the same matplotlib give the same bytes.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import layoffdata.plot

TARGET = Path(__file__).with_name("amazon.png")


def main(target: Path = TARGET) -> None:
    layoffdata.plot.timeline("Amazon").savefig(target, dpi=140, metadata={"Software": None})


if __name__ == "__main__":
    main()
    print(f"written {TARGET.name}, {TARGET.stat().st_size:,} bytes")
