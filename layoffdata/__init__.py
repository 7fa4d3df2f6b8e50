"""Announced workforce reductions and the capital expenditure of the same employers, with evidence.

>>> import layoffdata
>>> frame = layoffdata.load("layoffs")
>>> int(frame.set_index("event_id").loc["amazon-2026-01-28", "jobs"])
16000

Importing does nothing: no network, no files, and no pandas until a table is loaded.
"""

from ._library import TableName, cite, company, describe, evidence, load, path, tables
from ._sums import explain, totals
from ._versions import diff, versions
from .errors import CacheUnusable, DamagedFile, DownloadFailed, UnknownName

__all__ = [
    "CacheUnusable", "DamagedFile", "DownloadFailed", "TableName", "UnknownName", "cite", "company", "describe", "diff", "evidence", "explain",
    "load", "path", "tables", "totals", "versions",
]  # fmt: skip


def __getattr__(name: str) -> str:
    if name == "__version__":
        from ._catalog import descriptor

        return descriptor()["version"]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
