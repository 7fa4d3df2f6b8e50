"""Polite requests to public services: declared, slow enough, retried with patience, and kept so that a broken run goes on where it stopped."""

import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests

TRIES = 5
FIRST_WAIT = 1.0  # seconds; doubled after each failure
LONGEST_WAIT = 300.0  # seconds; whoever asks for more is told to the user instead
TIMEOUT = (10, 60)  # seconds to connect, and between bytes
KEPT_FOR = 24 * 3600  # seconds; older answers in the work folder are of another run


class ServiceError(Exception):
    """The service as a whole cannot be used now: every further request would fail too."""


class DocumentError(Exception):
    """This one document cannot be had or read; others may."""


class Fetcher:
    """One session: who asks, how often at most, and where answers are kept until the run is done.

    `sleep` and `clock` (seconds since 1970) are given by tests.
    """

    def __init__(self, work: Path, agent: str, per_second: float = 10, sleep: Callable = time.sleep, clock: Callable = time.time):
        self.work, self.interval, self.sleep, self.clock = work, 1 / per_second, sleep, clock
        self.last = float("-inf")
        self.session = requests.Session()
        self.session.headers.update({"User-Agent": agent, "Accept-Encoding": "gzip, deflate"})
        self.kept: set[Path] = set()

    def get(self, url: str, parse: Callable[[bytes], object], *, key: str | None = None, method: str = "GET", **request: object) -> object:
        """What `parse` makes of the body; a ValueError of it is taken for a broken body.

        An answer that was had in the last day (under `key`, by default the address) is not asked for again.
        """
        path = self.work / (re.sub(r"\W+", "_", key or url) + ".body")
        if self.fresh(path):
            self.kept.add(path)
            with suppress(ValueError):
                return parse(path.read_bytes())
        body, value = self.ask(method, url, parse, request)
        self.work.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(body)
        os.replace(part, path)  # a killed run leaves no half answer
        self.kept.add(path)
        return value

    def ask(self, method: str, url: str, parse: Callable[[bytes], object], request: dict) -> tuple[bytes, object]:
        pause, error = 0.0, None
        for attempt in range(TRIES):
            if (wait := max(pause, self.last + self.interval - self.clock())) > 0:
                self.sleep(wait)
            self.last = self.clock()
            pause = FIRST_WAIT * 2**attempt
            try:
                response = self.session.request(method, url, timeout=TIMEOUT, **request)
            except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as broken:
                error = DocumentError(f"{url}: the body was cut off ({broken})")
                continue
            except (requests.ConnectionError, requests.Timeout) as broken:
                error = ServiceError(f"{url}: no answer ({type(broken).__name__})")
                continue
            except requests.RequestException as broken:  # an address that is none, redirects without end
                raise ServiceError(f"{url}: {broken}") from None
            status = response.status_code
            if status == 429 or status >= 500:
                error = ServiceError(f"{url}: the service answers {status} {response.reason}")
                asked = self.retry_after(response.headers.get("Retry-After"))
                if asked is not None and asked > LONGEST_WAIT:
                    raise ServiceError(f"{error} and asks to wait {asked:.0f} seconds: run again then, what is fetched is kept")
                pause = pause if asked is None else asked
            elif status == 403:
                raise ServiceError(f"{url}: 403 Forbidden. The service turns away clients without a declared User-Agent with a contact, or that asked "
                                   f"too often; this run says {self.session.headers['User-Agent']!r}")  # fmt: skip
            elif status != 200:
                raise DocumentError(f"{url}: {status} {response.reason}")
            else:
                try:
                    return response.content, parse(response.content)
                except ValueError as broken:
                    error = DocumentError(f"{url}: malformed answer ({broken}); it starts {response.content[:40]!r}")
        raise type(error)(f"{error}, {TRIES} times; nothing was written, run again to go on")

    def retry_after(self, text: str | None) -> float | None:
        """Seconds that the service asks to wait, given in seconds or as a date."""
        if text is None:
            return None
        if text.strip().isdigit():
            return float(text)
        try:
            return parsedate_to_datetime(text).timestamp() - self.clock()
        except ValueError:
            return None

    def forget(self) -> None:
        """Remove what this run used and what is too old for any, and the folder if nothing else is in it."""
        if not self.work.is_dir():
            return
        for path in [*self.work.glob("*.body"), *self.work.glob("*.part")]:
            if path in self.kept or not self.fresh(path):
                path.unlink()
        if not any(self.work.iterdir()):
            self.work.rmdir()

    def fresh(self, path: Path) -> bool:
        return path.exists() and self.clock() - path.stat().st_mtime < KEPT_FOR


def progress(done: int, total: int, what: str) -> None:
    """One line on a terminal, rewritten in place; nothing in a log. A library would be a dependency for ten characters."""
    if sys.stderr.isatty():
        print(f"\r\033[K{f'[{done}/{total}] {what}' if done < total else ''}", end="", file=sys.stderr, flush=True)
