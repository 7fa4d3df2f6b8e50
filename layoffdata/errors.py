"""Errors say what was asked, what exists, the nearest match and what to do."""

from difflib import get_close_matches


class UnknownName(LookupError, ValueError):
    """A table, column, company, announcement, version or style that does not exist."""

    def __init__(self, what: str, asked: object, known: list[str], advice: str):
        near = get_close_matches(str(asked), known, n=3, cutoff=0.5)
        shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
        nearest = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        super().__init__(f"There is no {what} {asked!r}.{nearest} There are: {shown or 'none'}. {advice}")
        self.asked, self.known, self.nearest = asked, known, near


class DamagedFile(OSError, ValueError):
    """A file that is missing, does not match its recorded hash or is not what it should be."""


class DownloadFailed(OSError):
    """A file of another version that could not be had: no address, no network, or a server that does not give it."""

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        self.status = status


class CacheUnusable(OSError):
    """The folder for downloads cannot be written to."""
