"""Announced workforce reductions and the capital expenditure of the same employers, with evidence.

>>> import layoffdata
>>> frame = layoffdata.load("layoffs")
>>> int(frame.set_index("event_id").loc["amazon-2026-01-28", "jobs"])
16000

Importing does nothing: no network, no files, and no pandas until a table is loaded.
"""

TYPE_CHECKING = False  # typing.TYPE_CHECKING, without the milliseconds that importing typing takes
if TYPE_CHECKING:
    from ._library import TableName, cite, company, describe, evidence, load, path, tables
    from ._sums import explain, totals
    from ._versions import diff, versions
    from .errors import CacheUnusable, DamagedFile, DownloadFailed, UnknownName

__all__ = [
    "CacheUnusable", "DamagedFile", "DownloadFailed", "TableName", "UnknownName", "cite", "company", "describe", "diff", "evidence", "explain",
    "load", "path", "tables", "totals", "versions",
]  # fmt: skip

_ELSEWHERE = {
    "explain": "_sums", "totals": "_sums", "diff": "_versions", "versions": "_versions",
    "CacheUnusable": "errors", "DamagedFile": "errors", "DownloadFailed": "errors", "UnknownName": "errors",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Public names are imported when they are first asked for, which keeps `import layoffdata` at a millisecond."""
    if name == "__version__":
        from ._catalog import descriptor

        return descriptor()["version"]
    if name not in [*__all__, "plot"]:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "plot":  # a module, and not in __all__: `from layoffdata import *` must not need matplotlib
        return import_module(".plot", __name__)
    globals()[name] = value = getattr(import_module(f".{_ELSEWHERE.get(name, '_library')}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "plot"})
