"""Other versions: loading, differences, and every fault that a host, a cache or a registry may have."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import warnings
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from served import Host, answer, write_release

import layoffdata
from layoffdata import CacheUnusable, DamagedFile, DownloadFailed, UnknownName, _catalog, _download, _registry, _releases

NEWER = "9.9.9"  # not in the shipped registry: found by asking the host
FILE = "companies.parquet"


def without_last_row(name, table):
    return table.slice(0, len(table) - 1) if name == "companies" else table


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Releases 0.0.1 (an older one, a company fewer) and 9.9.9 (a newer one) as a host would hold them."""
    folder = tmp_path_factory.mktemp("host")
    old = write_release(folder / "0.0.1", "0.0.1", without_last_row)
    new = write_release(folder / NEWER, NEWER)
    (folder / NEWER / _registry.FILE).write_text(_registry.render({"0.0.1": old, NEWER: new}), encoding="utf-8")
    return folder, old


@pytest.fixture
def forget():
    kept = (_releases.shipped, _releases.release, _catalog.descriptor)

    def caches():
        for function in kept:
            function.cache_clear()

    caches()
    yield caches
    caches()


@pytest.fixture
def host(made, tmp_path, monkeypatch, forget):
    folder, old = made
    registry = tmp_path / "shipped.json"
    registry.write_text(_registry.render({"0.0.1": old}), encoding="utf-8")
    served = Host(folder)
    monkeypatch.setattr(_releases, "shipped", lambda: _registry.read(registry))
    monkeypatch.setenv("LAYOFFDATA_BASE_URL", served.address + "/")
    monkeypatch.setenv("LAYOFFDATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served.waits, served.cache = [], tmp_path / "cache"
    monkeypatch.setattr(_download, "sleep", served.waits.append)
    yield served
    served.close()


@pytest.fixture(autouse=True)
def no_unexpected_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield


def files(cache):
    return sorted(str(path.relative_to(cache)) for path in cache.rglob("*") if path.is_file())


# ------------------------------------------------------------------------------------------- versions by number
def test_the_installed_version_needs_no_host(monkeypatch, forget):
    monkeypatch.setattr(_releases, "shipped", dict)  # a checkout may have moved on from the release of its number
    monkeypatch.delenv("LAYOFFDATA_BASE_URL", raising=False)
    here = layoffdata.__version__
    assert layoffdata.load("companies", version=here).equals(layoffdata.load("companies"))
    assert layoffdata.path("companies", version=here) == layoffdata.path("companies")


def test_an_older_version_is_fetched_once_and_only_what_is_needed(host, forget):
    now, then = layoffdata.load("companies"), layoffdata.load("companies", version="0.0.1")
    pd.testing.assert_frame_equal(then, now.iloc[:-1])
    assert then.attrs["version"] == "0.0.1" and "Version 0.0.1" in then.attrs["citation"]
    layoffdata.load("companies", version="0.0.1", columns=["name"])
    forget()
    layoffdata.path("companies", version="0.0.1")
    assert sorted(host.asked) == ["0.0.1/companies.parquet", "0.0.1/datapackage.json"]
    assert files(host.cache) == sorted(host.asked)


def test_what_was_fetched_is_there_without_a_host(host, monkeypatch, forget):
    for version in ("0.0.1", NEWER):
        before = layoffdata.load("companies", version=version)
        monkeypatch.delenv("LAYOFFDATA_BASE_URL")
        forget()
        assert before.equals(layoffdata.load("companies", version=version))
        monkeypatch.setenv("LAYOFFDATA_BASE_URL", host.address)


def test_a_newer_version_comes_with_its_registry(host):
    assert NEWER not in layoffdata.versions().index
    assert len(layoffdata.load("companies", version=NEWER)) == len(layoffdata.load("companies"))
    assert f"{NEWER}/releases.json" in files(host.cache)
    listed = layoffdata.versions()
    assert list(listed.index) == ["0.0.1", layoffdata.__version__, NEWER]
    assert listed.loc["0.0.1", "date"] == pd.Timestamp("2026-01-02") and listed["installed"].tolist() == [False, True, False]
    assert listed.loc[layoffdata.__version__, "changed"] == "companies"
    assert listed.loc[NEWER, "changed"] == ""


@pytest.mark.parametrize("version", ["7.7.7", "0.0.01", "1", "../0.0.1", "0.0.1/..", "", "٠.٠.١", 0.1])
def test_an_unknown_version(host, version):
    with pytest.raises(UnknownName, match=f"There are: 0.0.1, {layoffdata.__version__}[.] "):
        layoffdata.load("companies", version=version)
    assert host.asked == (["7.7.7/releases.json"] if version == "7.7.7" else []) and files(host.cache) == []


def test_without_an_address_the_error_says_what_to_set(host, monkeypatch):
    monkeypatch.delenv("LAYOFFDATA_BASE_URL")
    with pytest.raises(DownloadFailed, match="LAYOFFDATA_BASE_URL to the address under which the releases lie"):
        layoffdata.load("companies", version="0.0.1")
    with pytest.raises(UnknownName, match="LAYOFFDATA_BASE_URL"):
        layoffdata.load("companies", version="7.7.7")
    for wrong in ("example.org", "ftp://example.org", "file:///etc"):
        monkeypatch.setenv("LAYOFFDATA_BASE_URL", wrong)
        with pytest.raises(DownloadFailed, match="is not an address"):
            layoffdata.load("companies", version="0.0.1")


def test_a_table_that_the_version_did_not_have(host):
    with pytest.raises(UnknownName, match=r"There is no table 'layofs'.*'layoffs'.*in version 0\.0\.1"):
        layoffdata.load("layofs", version="0.0.1")


@pytest.mark.parametrize("table", ["layoffs", "company_quarters", "conflicts", "capex", "verification"])
def test_as_of_resolves_the_tables_of_that_version(host, table):
    then = layoffdata.load(table, version=NEWER, as_of="2025-12-31")
    pd.testing.assert_frame_equal(then, layoffdata.load(table, as_of="2025-12-31"))
    assert then.attrs["version"] == NEWER and then.attrs["as_of"] == "2025-12-31"


def test_as_of_of_tables_that_todays_rules_cannot_read(host, tmp_path, monkeypatch):
    def older(package):
        resource = next(r for r in package["resources"] if r["name"] == "sources")
        resource["schema"]["fields"] = [f for f in resource["schema"]["fields"] if f["name"] != "source_type"]

    def change(name, table):
        return table.drop_columns(["source_type"]) if name == "sources" else table

    version = "9.8.0"
    entry = write_release(tmp_path / "more" / version, version, change, older)
    (tmp_path / "more" / version / _registry.FILE).write_text(_registry.render({version: entry}), encoding="utf-8")
    other = Host(tmp_path / "more")
    monkeypatch.setenv("LAYOFFDATA_BASE_URL", other.address)
    try:
        assert "source_type" not in layoffdata.load("sources", version=version)
        with pytest.raises(ValueError, match=r"source_type.*pip install layoffdata==9\.8\.0"):
            layoffdata.load("layoffs", version=version, as_of="2025-12-31")
    finally:
        other.close()


def test_a_checkout_that_has_moved_on_is_not_taken_for_the_release(made, monkeypatch, forget):
    here = layoffdata.__version__
    _, old = made
    released = _registry.Release(here, old.date, old.tables, old.files)  # a company fewer than the checkout has
    monkeypatch.setattr(_releases, "shipped", lambda: {here: released})
    assert _catalog.elsewhere(here) == here and _catalog.elsewhere(None) is None


# ------------------------------------------------------------------------------------------- differences
def test_diff_tells_rows_and_fields_apart(host, tmp_path, monkeypatch):
    def change(name, table):
        if name != "capex":
            return table
        rows = table.to_pylist()
        rows[one] |= {"amount_usd": rows[one]["amount_usd"] + 1, "accession": None}
        rows[two] |= {"period_start": date(1999, 1, 1), "accession": "new words"}
        del rows[0]
        rows.append(rows[-1] | {"fiscal_year": 2099})
        return pa.Table.from_pylist(rows, schema=table.schema)

    capex = layoffdata.load("capex")
    one, two = capex.index[1:][(capex["accession"].notna() & capex["amount_usd"].notna())[1:]][:2]
    version = "0.0.2"
    entry = write_release(tmp_path / "two" / version, version, change)
    shipped = _releases.shipped() | {version: entry}
    monkeypatch.setattr(_releases, "shipped", lambda: shipped)
    (host.folder / version).symlink_to(tmp_path / "two" / version)
    try:
        out = layoffdata.diff("0.0.1", version, "capex")
    finally:
        (host.folder / version).unlink()
    key = _catalog.resource("capex")["schema"]["primaryKey"]
    assert list(out.columns) == [*key, "change", "field", "old", "new"]
    assert out["change"].value_counts().to_dict() == {"changed": 4, "added": 1, "removed": 1}
    assert out.loc[out["change"] == "removed", "fiscal_year"].tolist() == [capex["fiscal_year"][0]]
    assert out.loc[out["change"] == "added", "fiscal_year"].tolist() == [2099]
    assert out.loc[out["change"] != "changed", ["field", "old", "new"]].isna().all(axis=None)
    by_field = out[out["change"] == "changed"].set_index("field")
    assert by_field.loc["accession", "new"].fillna("-").tolist() == ["-", "new words"] and by_field.loc["accession", "old"].notna().all()
    amount = int(capex["amount_usd"][one])
    assert by_field.loc["amount_usd", ["old", "new"]].tolist() == [str(amount), str(amount + 1)]
    assert by_field.loc["period_start", ["old", "new"]].tolist() == [str(capex["period_start"][two].date()), "1999-01-01"]
    assert str(out["fiscal_year"].dtype) == "Int64" and out["filed_date"].dtype.kind == "M"
    assert out.attrs == {"table": "capex", "old": "0.0.1", "new": version}


def test_diff_of_the_same_content_is_empty(host):
    for table in layoffdata.tables().index:
        out = layoffdata.diff(NEWER, layoffdata.__version__, table)
        assert len(out) == 0 and list(out)[-4:] == ["change", "field", "old", "new"] and len(set(out)) == len(list(out))


def side(rows, key="id", key_type="integer"):
    from layoffdata._versions import Side

    frame = pd.DataFrame(rows)
    return Side({key: key_type}, [c for c in frame if c != key], frame)


def diff_of(monkeypatch, before, after):
    monkeypatch.setattr("layoffdata._versions._side", lambda table, version: before if version == "0.0.1" else after)
    return layoffdata.diff("0.0.1", layoffdata.__version__, "capex")


def test_diff_over_another_schema(monkeypatch, host):
    before, after = side({"id": [1, 2], "gone": ["a", None]}), side({"id": [1, 2], "come": [None, "b"]})
    out = diff_of(monkeypatch, before, after)
    assert out[["id", "field"]].to_numpy().tolist() == [[1, "gone"], [2, "come"]]
    assert out["old"].fillna("-").tolist() == ["a", "-"] and out["new"].fillna("-").tolist() == ["-", "b"]
    with pytest.raises(ValueError, match=r"id \(integer\) in 0\.0\.1 and id \(string\)"):
        diff_of(monkeypatch, before, side({"id": ["1"]}, key_type="string"))
    with pytest.raises(UnknownName, match="Neither"):
        diff_of(monkeypatch, None, None)
    assert diff_of(monkeypatch, None, after)["change"].tolist() == ["added", "added"]
    assert diff_of(monkeypatch, before, None)["change"].tolist() == ["removed", "removed"]


# ------------------------------------------------------------------------------------------- the host's faults
def companies():
    return layoffdata.load("companies", version="0.0.1")


def cut_off(handler, content):
    answer(handler, content[:1000], length=len(content))


def cut_off_unsaid(handler, content):
    answer(handler, content[:1000])


def dropped(handler, content):
    handler.connection.close()


def status(code, **headers):
    return lambda handler, content: answer(handler, b"no", code, **headers)


@pytest.mark.parametrize("fault", [cut_off, cut_off_unsaid, dropped, status(500), status(503), status(429)])
def test_passing_trouble_is_tried_again(host, fault):
    host.faults[FILE] = [fault, fault]
    assert len(companies()) and host.asked.count("0.0.1/" + FILE) == 3
    assert host.waits == [0.5, 1.0]


@pytest.mark.parametrize("fault", [cut_off, cut_off_unsaid, dropped, status(500)])
def test_lasting_trouble_ends_with_advice_and_leaves_nothing(host, fault):
    host.faults[FILE] = [fault] * 10
    with pytest.raises(DownloadFailed, match=r"4 times\. Check the connection"):
        companies()
    assert files(host.cache) == ["0.0.1/datapackage.json"] and len(host.waits) == 3


def test_retry_after_is_kept(host):
    later = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 20))
    host.faults[FILE] = [status(429, Retry_After="7"), status(503, Retry_After=later), status(429, Retry_After="soon")]
    assert len(companies())
    assert host.waits[0] == 7 and 15 < host.waits[1] <= 20 and host.waits[2] == 2


def test_a_server_that_asks_for_an_hour_is_not_waited_for(host):
    host.faults[FILE] = [status(429, Retry_After="3600")]
    with pytest.raises(DownloadFailed, match=r"asks to wait 3600 seconds.* Try again after that"):
        companies()
    assert host.waits == []


@pytest.mark.parametrize("code", [401, 403, 404, 410, 204])
def test_a_file_that_is_not_given(host, code):
    host.faults[FILE] = [status(code)]
    with pytest.raises(DownloadFailed, match=rf"answers {code} .*LAYOFFDATA_BASE_URL must be the folder"):
        companies()
    assert host.waits == []


def test_a_corrupt_file_is_refused_and_not_kept(host):
    host.faults[FILE] = [lambda handler, content: answer(handler, content[:-1] + b"?")]
    with pytest.raises(DamagedFile, match=r"not the released file: its SHA-256 is .*, recorded is .*not kept"):
        companies()
    assert files(host.cache) == ["0.0.1/datapackage.json"]
    assert len(companies())


@pytest.mark.parametrize("said", [True, False])
def test_an_oversized_file_is_stopped_early(host, said):
    sent = []

    def endless(handler, content):
        handler.send_response(200)
        if said:
            handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(bytes(50_000))
            sent.append(50_000)

    host.faults[FILE] = [endless]
    with pytest.raises(DamagedFile, match=r"holds more than the [\d,]+ bytes .* stopped"):
        companies()
    time.sleep(0.1)
    assert sum(sent) < 20_000_000  # what the sockets' buffers hold at most
    assert files(host.cache) == ["0.0.1/datapackage.json"]


def test_a_packed_bomb_is_stopped_early(host):
    import gzip

    bomb = gzip.compress(bytes(50_000_000))
    host.faults[FILE] = [lambda handler, content: answer(handler, bomb, Content_Encoding="gzip")]
    with pytest.raises(DamagedFile, match="holds more than"):
        companies()


def test_a_packed_file_is_the_file(host):
    import gzip

    host.faults[FILE] = [lambda handler, content: answer(handler, gzip.compress(content), Content_Encoding="gzip")]
    assert len(companies())


def drip_body(handler, content):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    for i in range(400):
        handler.wfile.write(content[i : i + 1])
        time.sleep(0.05)


def drip_headers(handler, content):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for i in range(400):
        handler.wfile.write(b"X-%d: 1\r\n" % i)
        time.sleep(0.05)


def silent(handler, content):
    time.sleep(20)


@pytest.mark.parametrize("fault", [drip_body, drip_headers, silent])
def test_a_slow_host_is_given_up(host, monkeypatch, fault):
    layoffdata.load("programs", version="0.0.1")
    monkeypatch.setattr(_download, "PATIENCE", 0.5)
    monkeypatch.setattr(_download, "SLOWEST", 1e9)
    monkeypatch.setattr(_download, "TIMEOUT", (0.1, 0.3))
    host.faults[FILE] = [fault, fault]
    began = time.monotonic()
    assert len(companies())
    assert time.monotonic() - began < 15 and len(host.waits) == 2
    monkeypatch.setattr(_download, "ATTEMPTS", 1)
    host.faults[FILE] = [fault]
    (host.cache / "0.0.1" / FILE).unlink()
    with pytest.raises(DownloadFailed, match=r"(complete|answer in time|slow)"):
        companies()


def test_no_network(host, monkeypatch):
    monkeypatch.setenv("LAYOFFDATA_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(DownloadFailed, match=r"connection failed.*the installed one, need none"):
        companies()
    assert files(host.cache) == []


def test_redirects(host):
    def to(location):
        return lambda handler, content: answer(handler, bytes(100), 302, length=10**12, Location=location)  # a body that never ends

    host.faults[FILE] = [to("/elsewhere")]
    host.faults["elsewhere"] = [to(f"{host.address}/0.0.1/{FILE}")]
    assert len(companies())
    (host.cache / "0.0.1" / FILE).unlink()
    for bad in ("ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "javascript:1"):
        host.faults[FILE] = [to(bad)]
        with pytest.raises(DownloadFailed, match="not followed"):
            companies()
    host.faults[FILE] = [to(f"/0.0.1/{FILE}")] * 20
    with pytest.raises(DownloadFailed, match="redirected more than 5 times"):
        companies()


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("https://a.example/x", "https://b.example/y", "https://b.example/y"),
        ("https://a.example/x", "/y", "https://a.example/y"),
        ("https://a.example/x", "//b.example/y", "https://b.example/y"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("https://a.example/x", "http://a.example/x", None),
        ("https://a.example/x", "HTTP://a.example/x", None),
        ("https://a.example/x", "file:///etc/passwd", None),
        ("http://a.example/x", "ftp://a.example/x", None),
    ],
)
def test_a_redirect_never_leads_to_a_weaker_connection(url, location, target):
    if target:
        assert _download.redirected(url, location) == target
    else:
        with pytest.raises(DownloadFailed, match="not followed"):
            _download.redirected(url, location)


# ------------------------------------------------------------------------------------------- the cache's faults
@pytest.mark.parametrize("spoil", [lambda b: b[:-1] + b"?", lambda b: b[:100], lambda b: b"", lambda b: b + b"more"])
@pytest.mark.parametrize("name", [FILE, "datapackage.json"])
def test_a_damaged_cached_file_is_found_said_and_fetched_again(host, forget, spoil, name):
    good = companies()
    file = host.cache / "0.0.1" / name
    file.write_bytes(spoil(file.read_bytes()))
    forget()
    with pytest.warns(UserWarning, match=rf"{name} is damaged: it .*downloaded again"):
        assert companies().equals(good)
    forget()
    assert companies().equals(good)


def test_a_damaged_cached_file_without_a_host_is_an_error(host, monkeypatch, forget):
    companies()
    (host.cache / "0.0.1" / FILE).write_bytes(b"?")
    monkeypatch.delenv("LAYOFFDATA_BASE_URL")
    with pytest.warns(UserWarning, match="is damaged"), pytest.raises(DownloadFailed, match="no address to get it from"):
        companies()


def test_a_damaged_cached_registry_is_fetched_again(host, forget):
    layoffdata.load("companies", version=NEWER)
    for bad in (b"{", b"\xff", b'{"format": 1, "releases": []}', b"[" * 100_000):
        (host.cache / NEWER / _registry.FILE).write_bytes(bad)
        forget()
        with pytest.warns(UserWarning, match="releases.json is damaged"):
            layoffdata.load("companies", version=NEWER)
    (host.cache / NEWER / _registry.FILE).write_bytes(b"{")
    forget()
    with pytest.warns(UserWarning, match="is damaged"):
        assert NEWER not in layoffdata.versions().index


def cannot(error):
    def refuse(*args, **kwargs):
        raise OSError(error, os.strerror(error))

    return refuse


@pytest.mark.parametrize("error", [28, 30, 13], ids=["full", "read-only", "forbidden"])
@pytest.mark.parametrize("step", ["write_bytes", "mkdir", "replace"])
def test_a_cache_that_takes_nothing(host, monkeypatch, error, step):
    monkeypatch.setattr(*((os, "replace") if step == "replace" else ("pathlib.Path." + step,)), cannot(error))
    with pytest.warns(UserWarning, match=r"could not be kept .*set LAYOFFDATA_CACHE"):
        assert len(companies())
    with pytest.warns(UserWarning), pytest.raises(CacheUnusable, match="Set LAYOFFDATA_CACHE to a folder with space"):
        layoffdata.path("companies", version="0.0.1")
    assert files(host.cache) == []


def test_a_half_full_cache_leaves_no_part(host, monkeypatch):
    def write_some(self, content):
        with open(self, "wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", write_some)
    with pytest.warns(UserWarning, match="No space left"):
        companies()
    assert files(host.cache) == []


def test_a_cache_that_is_a_file(host, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("LAYOFFDATA_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning):
        assert len(companies())
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_place_of_a_file(host):
    (host.cache / "0.0.1" / FILE).mkdir(parents=True)
    with pytest.warns(UserWarning):
        assert len(companies())


def test_the_platforms_place_for_caches(monkeypatch, tmp_path):
    monkeypatch.delenv("LAYOFFDATA_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert _releases.cache_folder() == tmp_path / "layoffdata"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert _releases.cache_folder().parts[-3:] == ("Library", "Caches", "layoffdata")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert _releases.cache_folder() == tmp_path / "layoffdata" / "Cache"
    monkeypatch.setenv("LAYOFFDATA_CACHE", "~/here")
    assert _releases.cache_folder().is_absolute() and _releases.cache_folder().name == "here"


LOAD = f"import layoffdata; print(len(layoffdata.load('companies', version={NEWER!r})))"


def start(host, code=LOAD):
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_at_once(host):
    gate = threading.Barrier(8, timeout=30)

    def together(handler, content):
        with contextlib.suppress(threading.BrokenBarrierError):
            gate.wait()
        answer(handler, content)

    host.faults["releases.json"] = [together] * 8  # all eight find the cache empty, and go on at the same moment
    processes = [start(host) for _ in range(8)]
    rows = str(len(layoffdata.load("companies")))
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert (out.strip(), err, process.returncode) == (rows, "", 0)
    assert files(host.cache) == [f"{NEWER}/{name}" for name in (FILE, "datapackage.json", "releases.json")]


def test_killed_while_downloading(host):
    began = threading.Event()

    def half(handler, content):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:5000])
        began.set()
        time.sleep(10)

    host.faults[FILE] = [half]
    process = start(host)
    assert began.wait(30)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert files(host.cache) == [f"{NEWER}/datapackage.json", f"{NEWER}/releases.json"]
    assert len(layoffdata.load("companies", version=NEWER))


def test_killed_while_storing(host):
    kill = "import os; from pathlib import Path; whole = Path.write_bytes\n"
    kill += "def half(self, content):\n    whole(self, content[:10])\n    'companies' in self.name and os._exit(9)\n    return whole(self, content)\n"
    process = start(host, kill + "Path.write_bytes = half\n" + LOAD)
    process.communicate(timeout=60)
    assert process.returncode == 9
    (left,) = (name for name in files(host.cache) if name.endswith(".part"))
    assert len(layoffdata.load("companies", version=NEWER))
    assert left in files(host.cache)  # it might be another process's, until an hour has passed
    os.utime(host.cache / left, (time.time() - 7200,) * 2)
    layoffdata.load("programs", version=NEWER)
    assert left not in files(host.cache) and f"{NEWER}/{FILE}" in files(host.cache)


def test_cached_files_follow_the_users_mask(host):
    companies()
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((host.cache / "0.0.1" / FILE).stat().st_mode) == 0o666 & ~mask


# ------------------------------------------------------------------------------------------- the registry's faults
def registry(**changes):
    entry = {
        "version": NEWER, "date": "2026-01-02", "tables": {"companies": {"rows": 1, "content_hash": "sha256:0"}},
        "files": {"datapackage.json": {"bytes": 10, "sha256": "0" * 64}},
    }  # fmt: skip
    return {"format": 1, "releases": [entry | changes]}


def files_named(*names, size=10, sha="0" * 64):
    return registry(files={name: {"bytes": size, "sha256": sha} for name in ("datapackage.json", *names)})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not JSON"), ("{", "not JSON"), ("<html>Please log in</html>", "not JSON"), (b"\xff\xfe", "not JSON"), ("[" * 200_000, "not JSON"),
        ("[]", "no format number"), ("null", "no format number"), ({"releases": []}, "no format number"), ({"format": True}, "no format number"),
        ({"format": 0, "releases": []}, "never existed"), ({"format": 1}, "no list of releases"), ({"format": 1, "releases": {}}, "no list"),
        ({"format": 1, "releases": [7]}, "not an object"),
        ({"format": 2, "anything": "else"}, "pip install --upgrade layoffdata"),
        (registry(version="../../etc"), "not a version"), (registry(version=1.0), "not a version"), (registry(version="1.0"), "not a version"),
        (registry(version="0.1.0-rc1"), "not a version"), (registry(version="1.0.0\n"), "not a version"),
        ({"format": 1, "releases": registry()["releases"] * 2}, "twice"),
        (registry(date="soon"), "no date"), (registry(date=None), "no date"),
        (registry(tables=[]), "no tables"), (registry(files={}), "no tables or no datapackage"),
        (registry(tables={"a": {"rows": "1", "content_hash": "x"}}), "no rows"),
        *[(files_named(name), "not a plain file name") for name in (
            "../x", "..", ".", "", "a/b", "/etc/passwd", "a\\b", "C:x", "x\0", "a b", "..parquet", "x\n", "~", "a//b", "x.parquet/../y", "con:", "é")],
        *[(files_named("x", size=size), "is said to have") for size in (0, -1, 2**40, 10**300)],
        *[(files_named("x", size=size), "has no size") for size in ("10", 1.5, None, True)],
        *[(files_named("x", sha=sha), "no SHA-256") for sha in ("", "0" * 63, "G" * 64, None, 7, "0" * 65)],
    ],
)  # fmt: skip
def test_a_registry_that_is_not_one(host, content, words):
    raw = content if isinstance(content, bytes) else (content if isinstance(content, str) else json.dumps(content)).encode()
    host.faults["releases.json"] = [lambda handler, _: answer(handler, raw)]
    with pytest.raises(DamagedFile) as caught:
        layoffdata.load("companies", version=NEWER)
    assert words in str(caught.value) and ("LAYOFFDATA_BASE_URL" in str(caught.value) or "pip install" in str(caught.value))
    assert files(host.cache) == [] and files(host.cache.parent) == ["shipped.json"]


def test_a_registry_without_end(host, monkeypatch):
    monkeypatch.setattr(_releases, "MAX_REGISTRY", 1000)
    with pytest.raises(DamagedFile, match="holds more than the 1,000 bytes"):
        layoffdata.load("companies", version=NEWER)


def test_a_registry_that_does_not_list_the_version(host):
    host.faults["releases.json"] = [lambda handler, _: answer(handler, json.dumps(registry(version="9.9.8")).encode())]
    with pytest.raises(UnknownName, match="does not list it"):
        layoffdata.load("companies", version=NEWER)


def test_a_host_cannot_change_what_the_wheel_says(host):
    """A registry that was downloaded counts for its own version only."""
    layoffdata.load("companies", version=NEWER)
    lie = json.loads((host.cache / NEWER / _registry.FILE).read_text())
    lie["releases"][0]["files"][FILE]["sha256"] = "0" * 64
    (host.cache / NEWER / _registry.FILE).write_text(json.dumps(lie))
    assert len(companies())


def test_a_descriptor_that_climbs_out(host, tmp_path, monkeypatch):
    """Even a descriptor with the right hash names no file that the registry does not list."""
    (tmp_path / "outside.parquet").write_bytes(b"mine")

    real, spoiled = _catalog.descriptor(), json.loads(json.dumps(_catalog.descriptor("0.0.1")))
    for resource in spoiled["resources"]:
        resource["path"] = "../../outside.parquet"
    monkeypatch.setattr(_catalog, "descriptor", lambda version=None: spoiled if version else real)
    with pytest.raises(UnknownName, match="no file in version"):
        companies()
    assert (tmp_path / "outside.parquet").read_bytes() == b"mine"


def test_the_shipped_registry_is_sound_and_its_text_canonical():
    assert _registry.render(_registry.read()) == _registry.SHIPPED.read_text(encoding="utf-8")


def test_import_loads_nothing():
    code = "import sys, layoffdata; print([m for m in ('pandas', 'numpy', 'pyarrow', 'requests', 'urllib3', 'dataclasses') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
