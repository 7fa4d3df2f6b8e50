"""One file over HTTP: bounded in size and time, tried again where that helps, never over a weaker connection."""

import hashlib
import time
from email.utils import parsedate_to_datetime
from threading import Thread
from urllib.parse import urljoin, urlsplit

from .errors import DamagedFile, DownloadFailed

ATTEMPTS = 4
WAIT = 0.5  # seconds before the second attempt, doubled before each further one
LONGEST_WAIT = 60.0  # a server that asks for more is not waited for
TIMEOUT = (10.0, 30.0)  # seconds to connect, and between two pieces
PATIENCE = 60.0  # seconds for a whole attempt, and beyond them what the size takes at SLOWEST
SLOWEST = 50_000  # bytes per second
REDIRECTS = 5
TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
OFFLINE = "Check the connection and try again; versions that were loaded before, and the installed one, need none."

sleep = time.sleep  # tests put their own here


class _Passing(Exception):
    """Trouble that may be gone at the next attempt, after `wait` seconds if the server says so."""

    def __init__(self, what: str, wait: float | None = None):
        super().__init__(what)
        self.wait = wait


def download(url: str, size: int, sha256: str | None = None) -> bytes:
    """The bytes at an address, whose size and SHA-256 are as told; without a SHA-256 `size` is only the most it may have.

    Raises DownloadFailed if they cannot be had and DamagedFile if they are not what was told.
    """
    for attempt in range(ATTEMPTS):
        try:
            content = _in_time(url, size, exact=sha256 is not None)
            break
        except _Passing as trouble:
            wait = WAIT * 2**attempt if trouble.wait is None else trouble.wait
            if wait > LONGEST_WAIT:
                raise DownloadFailed(f"{url}: {trouble}, and asks to wait {wait:.0f} seconds. Try again after that.") from None
            if attempt == ATTEMPTS - 1:
                raise DownloadFailed(f"{url}: {trouble}, {ATTEMPTS} times. {OFFLINE}") from None
            sleep(wait)
    if sha256 is not None and (actual := hashlib.sha256(content).hexdigest()) != sha256:
        raise DamagedFile(
            f"{url} is not the released file: its SHA-256 is {actual}, recorded is {sha256}. It was not kept. Try again; if it stays so, "
            "the host or a proxy alters files: set LAYOFFDATA_BASE_URL to another copy of the releases."
        )
    return content


def _in_time(url: str, size: int, exact: bool) -> bytes:
    """One attempt, given up after a time that no sound connection needs.

    Timeouts of requests run anew with every byte, so a server that drips would hold us for ever. The attempt runs in
    a thread of its own, which is left behind when time is up.
    """
    seconds = PATIENCE + (size / SLOWEST if exact else 0)
    end = time.monotonic() + seconds
    outcome: list = []

    def attempt() -> None:
        try:
            outcome.append(_attempt(url, size, exact, end))
        except BaseException as error:
            outcome.append(error)

    worker = Thread(target=attempt, daemon=True)
    worker.start()
    worker.join(seconds)
    if not outcome:
        raise _Passing(f"not complete after {seconds:.0f} seconds")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def _attempt(url: str, size: int, exact: bool, end: float) -> bytes:
    import requests

    try:
        with requests.Session() as session, _follow(session, url) as response:
            _judge_status(url, response)
            content = bytearray()
            told = response.headers.get("Content-Length", "")
            if told.isdecimal() and int(told[:20]) > size and "Content-Encoding" not in response.headers:
                raise _too_long(url, size)
            for piece in response.iter_content(8192):
                content += piece
                if len(content) > size:
                    raise _too_long(url, size)
                if time.monotonic() > end:
                    raise _Passing("too slow")
    except requests.Timeout:
        raise _Passing("no answer in time") from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema) as error:
        raise DownloadFailed(f"{url} is not an address ({error}). Set LAYOFFDATA_BASE_URL to one that starts with https://") from None
    except requests.exceptions.SSLError as error:
        raise DownloadFailed(f"{url}: no secure connection ({error}). Check the clock and the certificates of this computer.") from None
    except requests.RequestException as error:
        raise _Passing(f"the connection failed ({type(error).__name__}: {error})") from None
    if exact and len(content) < size:
        raise _Passing(f"cut off after {len(content):,} of {size:,} bytes")
    return bytes(content)


def _follow(session, url: str):
    """The answer at the end of all redirects."""
    session.get_redirect_target = lambda response: None  # requests would read a redirect's body whole, however long it is
    for _ in range(REDIRECTS + 1):
        response = session.get(url, stream=True, timeout=TIMEOUT, allow_redirects=False, headers={"Accept-Encoding": "identity"})
        if not response.is_redirect:
            return response
        url = redirected(url, response.headers["Location"])
        response.close()
    raise DownloadFailed(f"{url}: redirected more than {REDIRECTS} times. Check the address in LAYOFFDATA_BASE_URL.")


def redirected(url: str, location: str) -> str:
    """Where a redirect leads; DownloadFailed if that is not as safe a place: https may only lead to https."""
    try:
        target = urljoin(url, location)
        before, after = urlsplit(url).scheme, urlsplit(target).scheme
    except ValueError:
        target, before, after = location, urlsplit(url).scheme, ""
    if after == "https" or before == after == "http":
        return target
    raise DownloadFailed(
        f"{url} redirects to {target}, which leaves {before} for {after or 'nothing'}. That is not followed. "
        "Set LAYOFFDATA_BASE_URL to an address that keeps to https, and tell the owner of this one."
    )


def _judge_status(url: str, response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in TRY_AGAIN:
        raise _Passing(f"the server answers {status} {response.reason}", _retry_after(response.headers.get("Retry-After", "")))
    advice = "The address in LAYOFFDATA_BASE_URL must be the folder that holds one folder for each version."
    if status in (401, 403, 407):
        advice = "The server or a proxy refuses access. " + advice
    raise DownloadFailed(f"{url}: the server answers {status} {response.reason}. {advice}", status=status)


def _retry_after(text: str) -> float | None:
    """Seconds to wait, from a number of seconds or a date; None if it says neither."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _too_long(url: str, size: int) -> DamagedFile:
    return DamagedFile(
        f"{url} holds more than the {size:,} bytes that it may have; the download was stopped and nothing was kept. "
        "Check the address in LAYOFFDATA_BASE_URL; a login page or a proxy may answer instead of the host."
    )
