"""Writing the site: every page from its template, beside the target, swapped in at the end."""

import re
import shutil
from pathlib import Path

import folders
import jinja2
import pandas as pd

import layoffdata

from . import downloads, employers, listing, overview, words
from .data import Data, load

HERE = Path(__file__).parent
PAGES = [
    ("index.html", "Overview"), ("announcements.html", "Announcements"), ("employers.html", "Employers"), ("conflicts.html", "Conflicts"),
    ("codebook.html", "Codebook"), ("downloads.html", "Download"), ("reading.html", "How to read this"),
]  # fmt: skip


def environment(data: Data) -> jinja2.Environment:
    """Templates that escape everything, know the words, and fail on a name that is not there."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters |= {
        "number": words.number, "decimal": words.decimal, "millions": words.millions, "billions": words.billions, "day": words.day, "month": words.month, "plain": words.plain,
        "sector": words.sector, "stance": words.stance, "conflict": words.conflict, "size": words.size, "marked": words.marked, "amount": words.amount, "said": words.said,
    }  # fmt: skip
    env.globals |= {
        "hedged": words.hedged, "span": words.span, "added": words.added, "guided": words.guided, "count": words.count, "missing": pd.isna, "package": data.package,
        "sources": data.sources, "names": data.names, "labels": data.labels, "evidence": data.evidence, "why": data.why, "menu": PAGES,
        "citation": layoffdata.cite(), "field": {table: layoffdata.describe(table) for table in data.tables},
    }  # fmt: skip
    return env


def lean(text: str) -> str:
    """Without blank lines, but for what is preformatted, and without the end tags of cells and rows: HTML implies them, and they add up in tables of thousands of rows."""
    parts = re.split(r"(<pre.*?</pre>)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"</t[dhr]>", "", "\n".join(line for line in part.split("\n") if line.strip())) for part in parts[::2]]
    return "".join(parts) + "\n"


def write(folder: Path) -> None:
    """The whole site into an empty folder."""
    data = load()
    env = environment(data)

    def page(name: str, template: str, **context: object) -> None:
        text = env.get_template(template).render(here=name, root="../" * name.count("/"), **context)
        (folder / name).write_text(lean(text), encoding="utf-8", newline="\n")

    shutil.copytree(HERE / "static", folder / "static")
    files = downloads.write(folder / "data")
    (folder / "employers").mkdir()
    page("index.html", "index.html", **overview.context(data))
    page("announcements.html", "announcements.html", **listing.announcements(data))
    page("employers.html", "employers.html", rows=listing.employers(data))
    page("conflicts.html", "conflicts.html", conflicts=employers.conflicts(data))
    page("codebook.html", "codebook.html", tables=layoffdata.tables())
    page("downloads.html", "downloads.html", files=files, styles={style: layoffdata.cite(style) for style in ("text", "bibtex", "csl-json")})
    page("reading.html", "reading.html", checked=data["verification"])
    for name, context in employers.pages(data):
        page(f"employers/{name}.html", "employer.html", **context)


def replace(target: Path) -> Path:
    """Write the site beside `target` and put it in its place; on any failure what was there stays."""
    if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not (target / "static" / "site.css").exists())):
        raise ValueError(f"{target} is something else than an explorer: name another folder, or remove it yourself")
    target.parent.mkdir(parents=True, exist_ok=True)
    with folders.replaced(target) as staging:
        write(staging)
    return target


def sizes(folder: Path) -> str:
    """What was written, in one line."""
    files = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    own = [name for name in files if name.startswith("employers/")]
    main = [name for name in files if "/" not in name or name.startswith("static/")]
    parts = [
        f"{len(main)} pages and parts, {words.size(sum(files[name] for name in main))}",
        f"{len(own)} employers, {words.size(sum(files[name] for name in own))} (largest {words.size(max(files[name] for name in own))})",
        f"downloads, {words.size(sum(n for name, n in files.items() if name.startswith('data/')))}",
    ]  # fmt: skip
    return f"wrote {folder}: " + "; ".join(parts)
