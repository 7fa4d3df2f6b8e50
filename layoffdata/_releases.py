"""Files of released versions other than the installed one: found in the registry, downloaded once, verified, cached.

The cache has one folder for each version. A file is written beside its place and moved there, so it is whole or absent, and
its SHA-256 is checked every time it is read. Several processes may fetch the same file at once: each then moves the same
bytes to the same place, which costs a download and harms nothing; a lock could be left behind and would.
"""

import hashlib
import os
import secrets
import sys
import time
import warnings
from functools import cache
from pathlib import Path

from . import _registry
from ._download import download
from ._registry import VERSION, Release
from .errors import CacheUnusable, DownloadFailed, UnknownName

MAX_REGISTRY = 8 << 20  # bytes; a release takes about ten thousand
STALE = 3600  # seconds after which an unfinished file must be that of a process that was killed
ADDRESS = "LAYOFFDATA_BASE_URL"
NO_ADDRESS = (
    f"Set the environment variable {ADDRESS} to the address under which the releases lie, one folder for each version, "
    "such as https://example.org/layoffdata"
)


def cache_folder() -> Path:
    """Where downloads are kept: LAYOFFDATA_CACHE, or the place for caches of this user and platform."""
    if chosen := os.environ.get("LAYOFFDATA_CACHE"):
        return Path(chosen).expanduser().absolute()
    try:
        if sys.platform == "win32":
            return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "layoffdata" / "Cache"
        if sys.platform == "darwin":
            return Path.home() / "Library/Caches/layoffdata"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "layoffdata"
    except RuntimeError:
        raise CacheUnusable("This user has no home folder to keep downloads in. Set LAYOFFDATA_CACHE to a folder for them.") from None


def address(version: str, name: str) -> str:
    base = os.environ.get(ADDRESS, "").strip().rstrip("/")
    if not base:
        raise DownloadFailed(f"{name} of version {version} is not on this computer, and there is no address to get it from. {NO_ADDRESS}")
    if not base.startswith(("https://", "http://")):
        raise DownloadFailed(f"{ADDRESS}={base!r} is not an address. {NO_ADDRESS}")
    return f"{base}/{version}/{name}"


@cache
def shipped() -> dict[str, Release]:
    return _registry.read()


def other(version: str) -> str | None:
    """See `_catalog.elsewhere`."""
    from ._catalog import descriptor

    version, installed = str(version), descriptor()
    if version != installed["version"]:
        return version
    # Between two releases a checkout keeps the number of the last one: the number then means the release.
    released = shipped().get(version)
    same = released is None or {name: t.content_hash for name, t in released.tables.items()} == {
        resource["name"]: resource["content_hash"] for resource in installed["resources"]
    }
    return None if same else version


@cache
def release(version: str) -> Release:
    """The registry's entry of a version: from the wheel, or for a version newer than it, from that release's own registry."""
    if version in shipped():
        return shipped()[version]
    if not VERSION.fullmatch(version):
        raise _unknown(version, "Versions look like 0.1.0.")
    file = cache_folder() / version / _registry.FILE
    if found := _cached_entry(file, version):
        return found
    if not os.environ.get(ADDRESS):
        raise _unknown(version, f"To look for a newer one, upgrade layoffdata. {NO_ADDRESS}.")
    url = address(version, _registry.FILE)
    try:
        content = download(url, MAX_REGISTRY)
    except DownloadFailed as error:
        if error.status in (404, 410):
            raise _unknown(version, f"{url} does not exist either.") from None
        raise
    entries = _registry.parse(content, url)
    if version not in entries:
        raise _unknown(version, f"{url} does not list it.")
    _store(file, content)
    return entries[version]


def _unknown(version: str, advice: str) -> UnknownName:
    from ._catalog import descriptor

    return UnknownName("version", version, sorted({*known(), descriptor()["version"]}, key=_registry.order), f"{advice} See layoffdata.versions().")


def _cached_entry(file: Path, version: str) -> Release | None:
    try:
        if not file.exists():
            return None
        if file.stat().st_size <= MAX_REGISTRY:
            return _registry.read(file)[version]
    except (OSError, ValueError, KeyError):
        pass
    warnings.warn(f"{file} is damaged and is not used.", stacklevel=2)
    return None


def content(version: str, name: str) -> bytes:
    """The verified bytes of a file of a release, from the cache or else downloaded into it."""
    entry = release(version)
    if name not in entry.files:
        raise UnknownName(f"file in version {version}", name, sorted(entry.files), "See layoffdata.versions().")
    wanted = entry.files[name]
    file = cache_folder() / version / name
    if (found := _verified(file, wanted)) is not None:
        return found
    found = download(address(version, name), wanted.bytes, wanted.sha256)
    _store(file, found)
    return found


def path(version: str, name: str) -> Path:
    """The same as a file in the cache; CacheUnusable if it cannot be kept there."""
    content(version, name)
    file = cache_folder() / version / name
    if _verified(file, release(version).files[name]) is None:
        raise CacheUnusable(f"{file} could not be written. Set LAYOFFDATA_CACHE to a folder with space that you may write to.")
    return file


def _verified(file: Path, wanted: _registry.File) -> bytes | None:
    """The bytes of a cached file if they are the released ones. Anything else is said, and is as if it were absent."""
    try:
        size = file.stat().st_size
        found = file.read_bytes() if size == wanted.bytes else b""
    except FileNotFoundError:
        return None
    except OSError as error:
        warnings.warn(f"{file} cannot be read ({error.strerror}) and is downloaded again.", stacklevel=2)
        return None
    if hashlib.sha256(found).hexdigest() == wanted.sha256:
        return found
    what = f"has {size:,} instead of {wanted.bytes:,} bytes" if size != wanted.bytes else "does not match its SHA-256"
    warnings.warn(f"{file} is damaged: it {what}. It is downloaded again.", stacklevel=2)
    return None


def _store(file: Path, content: bytes) -> None:
    """Keep a file in the cache. A cache that is full or read-only costs a download next time, not the data now."""
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _sweep(file.parent)
        try:
            temporary.write_bytes(content)
            os.replace(temporary, file)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        warnings.warn(
            f"{file} could not be kept ({error.strerror}); it will be downloaded again next time. "
            "Make room, or set LAYOFFDATA_CACHE to a folder that you may write to.",
            stacklevel=2,
        )


def _sweep(folder: Path) -> None:
    """Remove what processes that were killed left behind."""
    for part in folder.glob(".*.part"):
        try:
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()
        except OSError:
            pass  # another process was quicker, or may write here and we may not


def known() -> dict[str, Release]:
    """All releases that this computer knows of: those in the wheel, and newer ones that were loaded before."""
    found = dict(shipped())
    try:
        cached = sorted(cache_folder().glob(f"*/{_registry.FILE}"))
    except (OSError, CacheUnusable):
        cached = []
    for file in cached:
        version = file.parent.name
        if version not in found and VERSION.fullmatch(version) and (entry := _cached_entry(file, version)):
            found[version] = entry
    return dict(sorted(found.items(), key=lambda item: _registry.order(item[0])))
