"""Errors say what was asked, what exists, the nearest match and what to do."""

from difflib import get_close_matches


class UnknownName(LookupError, ValueError):
    """A table, column, company, announcement or style that does not exist."""

    def __init__(self, what: str, asked: object, known: list[str], advice: str):
        near = get_close_matches(str(asked), known, n=3, cutoff=0.5)
        shown = ", ".join(known[:20]) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
        nearest = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        super().__init__(f"There is no {what} {asked!r}.{nearest} There are: {shown or 'none'}. {advice}")
        self.asked, self.known, self.nearest = asked, known, near


class DamagedFile(OSError, ValueError):
    """A compiled file that is missing or does not match its recorded hash."""
