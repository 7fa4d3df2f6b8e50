"""A DataFrame as text: aligned columns, CSV or JSON."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

LONGEST_CELL = 48  # characters on a terminal; in a pipe nothing is cut


def text(frame: "pd.DataFrame", form: str, width: int | None = None) -> str:
    """The frame as ``table``, ``csv`` or ``json``; a named index becomes columns. `width` is that of a terminal, if it is one."""
    import pandas as pd

    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    if form == "csv":
        return frame.to_csv(index=False, lineterminator="\n")
    columns = {str(name): plain(frame[name]) for name in frame}
    return records(columns, len(frame)) if form == "json" else aligned(columns, len(frame), width)


def plain(column: "pd.Series") -> list:
    """Python values: days as ISO text, None where missing."""
    if column.dtype.kind == "M":
        column = column.dt.strftime("%Y-%m-%d")
    values = column.astype(object).where(column.notna(), None)
    return [value.item() if hasattr(value, "item") else value for value in values]


def records(columns: dict[str, list], rows: int) -> str:
    """A JSON list with one record per line, so that line tools work on it too."""
    lines = [json.dumps({name: values[i] for name, values in columns.items()}, ensure_ascii=False) for i in range(rows)]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def aligned(columns: dict[str, list], rows: int, width: int | None) -> str:
    """Aligned columns, numbers to the right; on a terminal texts and lines are cut, and the rows counted."""
    parts = []
    for name, values in columns.items():
        numbers = not any(isinstance(value, str) for value in values) and any(value is not None for value in values)
        cells = [cut(cell, width and LONGEST_CELL) for cell in (name, *map(cell_of, values))]
        widest = max(map(len, cells))
        parts.append([cell.rjust(widest) if numbers else cell.ljust(widest) for cell in cells])
    lines = [cut("  ".join(cells).rstrip(), width) for cells in zip(*parts, strict=True)]
    if width:
        lines = [f"\033[1m{lines[0]}\033[0m", *lines[1:], f"{rows} row{'' if rows == 1 else 's'}"]
    return "\n".join(lines) + "\n"


def cell_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def cut(line: str, width: int | None) -> str:
    return line if not width or len(line) <= width else line[: width - 1] + "…"
