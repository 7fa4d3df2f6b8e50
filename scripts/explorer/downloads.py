"""The files to download: Parquet as compiled, CSV as in a release, and the descriptor of both."""

from pathlib import Path

import tables as csvs

import layoffdata
from layoffdata import _catalog


def write(folder: Path) -> list[dict]:
    """Every table in both forms and datapackage.json into `folder`; returns what a page says of them."""
    folder.mkdir()
    out = []
    for name, row in layoffdata.tables().iterrows():
        resource, content = _catalog.resource(name), _catalog.verified_bytes(name)
        text = csvs.canonical(_catalog.read_arrow(content).to_pylist(), resource).encode()
        (folder / resource["path"]).write_bytes(content)
        (folder / f"{name}.csv").write_bytes(text)
        out.append({"name": name, "parquet": resource["path"], "parquet_bytes": len(content), "csv": f"{name}.csv", "csv_bytes": len(text), **row})
    (folder / "datapackage.json").write_bytes((_catalog.COMPILED / "datapackage.json").read_bytes())
    return out
