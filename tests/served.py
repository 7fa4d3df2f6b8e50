"""A local host of releases that misbehaves on demand, and releases made of the compiled tables."""

import hashlib
import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import build
import pyarrow.parquet as pq

from layoffdata import _catalog, _registry


def write_release(folder, version, change=lambda name, table: table, package_change=lambda package: None):
    """A release folder of the compiled tables, each passed through `change`; returns its entry for a registry."""
    folder.mkdir(parents=True)
    package = json.loads((_catalog.COMPILED / "datapackage.json").read_text(encoding="utf-8")) | {"version": version}
    package_change(package)
    tables = {}
    for resource in package["resources"]:
        table = change(resource["name"], pq.read_table(_catalog.COMPILED / resource["path"]))
        tables[resource["name"]] = table
    build.write(tables, package, folder)
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    return _registry.Release(
        version,
        date(2026, 1, 2),
        {r["name"]: _registry.Table(r["rows"], r["content_hash"]) for r in package["resources"]},
        {name: _registry.File(len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()},
    )


class Host:
    """Serves a folder; `faults[name]` holds functions that answer the next requests for a file instead."""

    def __init__(self, folder: Path):
        self.folder, self.faults, self.asked = folder, {}, []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = urlsplit(self.path).path.lstrip("/")
                host.asked.append(path)
                content = (folder / path).read_bytes() if (folder / path).is_file() else None
                waiting = host.faults.get(path.split("/")[-1], [])
                try:
                    if waiting:
                        waiting.pop(0)(self, content)
                    elif content is None:
                        answer(self, b"not here", 404)
                    else:
                        answer(self, content)
                except OSError:
                    pass  # the other side hung up, which some tests want

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def answer(handler, content, status=200, length=None, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if length != "unknown":
        handler.send_header("Content-Length", str(len(content) if length is None else length))
    handler.end_headers()
    handler.wfile.write(content)
