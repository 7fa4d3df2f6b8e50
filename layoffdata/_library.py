"""Loading tables, and looking up employers, evidence and the citation."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from . import _catalog
from .errors import UnknownName

if TYPE_CHECKING:
    import pandas as pd

# Editors complete these; a test holds them against the descriptor, where tables are defined.
TableName = Literal[
    "companies", "company_aliases", "sources", "programs", "announcements", "layoff_reports", "layoff_status", "layoff_reasons",
    "layoff_units", "capex", "capex_guidance", "headcount", "indicators", "coverage", "verification",
    "known_exceptions", "layoffs", "company_quarters", "conflicts",
]  # fmt: skip
Style = Literal["text", "bibtex", "csl-json"]

TIMELESS = ("companies", "company_aliases", "known_exceptions")
WORK = {"verification": "date", "coverage": "searched_date"}  # known from the day on which we did it


def load(
    table: TableName, *, version: str | None = None, as_of: "str | pd.Timestamp | None" = None, columns: list[str] | None = None
) -> "pd.DataFrame":
    """Load a table.

    Parameters
    ----------
    table
        Name of a table; `tables()` lists them.
    version
        A release such as ``"0.1.0"``, by default the one that is installed; `versions()` lists them. What is not on this
        computer is downloaded once from the address in LAYOFFDATA_BASE_URL, verified and cached (LAYOFFDATA_CACHE).
        Names and types are those of that version; `as_of` resolves its tables by the rules of the installed one.
    as_of
        A day such as ``"2025-12-31"``: the table as it could be known at the end of it, from sources published,
        statements made and filings filed by then. ``capex``, ``capex_guidance`` and ``indicators`` then hold only the
        vintage in force; without `as_of` they hold every vintage.
    columns
        Only these columns, in this order.

    Returns
    -------
    DataFrame, one row per record of the table, sorted by its key. Text is ``str``, whole numbers ``Int64``, other
    numbers ``float64``, dates ``datetime64``, closed lists ``category``; units stand in `describe(table)`. ``attrs``
    carries table, version and citation, strings only.

    Raises
    ------
    UnknownName
        No such table, column or version.
    DamagedFile
        The file is missing or does not match its SHA-256.
    DownloadFailed
        Another version cannot be had: no address, no network, or the server does not give it.
    ValueError
        `as_of` is not a day, or has no meaning for this table or version.

    Examples
    --------
    >>> import layoffdata
    >>> amazon = layoffdata.load("layoffs", as_of="2025-10-29").query("program_id == 'amazon-2025'")
    >>> amazon[["announced_date", "status", "jobs", "jobs_high"]].to_string(index=False)  # doctest: +NORMALIZE_WHITESPACE
    'announced_date    status  jobs  jobs_high\\n    2025-10-27  reported  <NA>      30000\\n    2025-10-28 confirmed 14000      14000'
    """
    version = _catalog.elsewhere(version)
    if as_of is None:
        frame = _catalog.read(table, columns, version)
    else:
        frame = _as_known(table, day(as_of), version)
        if columns is not None:
            for column in columns:
                if column not in frame:
                    raise UnknownName(f"column in {table}", column, list(frame.columns), f"See layoffdata.describe({table!r}).")
            frame = frame[columns]
    frame.attrs = {"table": table, "version": _catalog.descriptor(version)["version"], "citation": cite(version=version)}
    if as_of is not None:
        frame.attrs["as_of"] = str(day(as_of).date())
    return frame


def day(as_of: "str | pd.Timestamp") -> "pd.Timestamp":
    """A day from what the user gave."""
    import pandas as pd

    try:
        stamp = pd.Timestamp(as_of)
    except (ValueError, TypeError):
        stamp = pd.NaT
    if stamp is pd.NaT:
        raise ValueError(f"as_of={as_of!r} is not a day. Write it as '2025-12-31'.")
    return stamp.tz_localize(None).normalize()


def _as_known(table: str, as_of: "pd.Timestamp", version: str | None) -> "pd.DataFrame":
    try:
        return _resolved(table, as_of, version)
    except KeyError as missing:
        if version is None:
            raise
        raise ValueError(
            f"as_of cannot be resolved for {table} of version {version}: the rules of the installed version need {missing}, which was not there. "
            f"Load it without as_of, or install that version: pip install layoffdata=={version}"
        ) from missing


def _resolved(table: str, as_of: "pd.Timestamp", version: str | None) -> "pd.DataFrame":
    from . import conflicts, panel, resolve

    found = _catalog.resource(table, version)
    if table in TIMELESS:
        raise ValueError(f"as_of has no meaning for {table!r}: it holds identity, not events. Load it without as_of.")
    derive = {"layoffs": resolve.layoffs, "company_quarters": panel.company_quarters, "conflicts": conflicts.conflicts}
    if table in derive:
        return conform(derive[table](_sources_of(table, version), as_of), found)
    if table in WORK:
        frame = _catalog.read(table, version=version)
        return frame[frame[WORK[table]] <= as_of].reset_index(drop=True)
    frames = {name: _catalog.shared(name, version) for name in {"sources", "announcements", "layoff_reports", "layoff_status", table}}
    known = resolve.known(frames, as_of)
    return resolve.in_force(known[table], table, known["sources"]).reset_index(drop=True)


def _sources_of(table: str, version: str | None = None) -> "dict[str, pd.DataFrame]":
    names = ["companies", "sources", "announcements", "layoff_reports", "layoff_status", "layoff_reasons", "headcount"]
    if table != "layoffs":
        names += ["capex", "capex_guidance"]
    return {name: _catalog.shared(name, version) for name in names}


def conform(frame: "pd.DataFrame", resource: dict) -> "pd.DataFrame":
    """The frame with the columns, order and dtypes that the schema gives the table."""
    import pandas as pd

    from .resolve import codes

    frame = frame.sort_values(resource["schema"]["primaryKey"], ignore_index=True)
    dtypes = {"string": pd.StringDtype(na_value=float("nan")), "integer": "Int64", "number": "float64", "date": "datetime64[ms]"}
    out = {}
    for field in _catalog.fields(resource):
        column, values = frame[field["name"]], _catalog.enum(field)
        out[field["name"]] = pd.Categorical.from_codes(codes(column, values), values) if values else column.astype(dtypes[field["type"]])
    return pd.DataFrame(out)


def path(table: TableName, *, version: str | None = None) -> Path:
    """The Parquet file of a table, for DuckDB, Polars, R or Spark. Its hash is checked first; versions and errors as in
    `load`, and CacheUnusable if a download cannot be kept as a file.

    >>> import layoffdata
    >>> layoffdata.path("layoffs").name
    'layoffs.parquet'
    """
    if (version := _catalog.elsewhere(version)) is not None:
        from . import _releases

        return _releases.path(version, _catalog.resource(table, version)["path"])
    _catalog.verified_bytes(table)
    return _catalog.COMPILED / _catalog.resource(table)["path"]


def tables() -> "pd.DataFrame":
    """All tables: one row each, indexed by name.

    Columns: title, description, derived (built from others), rows, bytes, key, caveats (text), sha256.

    >>> import layoffdata
    >>> bool(layoffdata.tables().loc["layoffs", "derived"])
    True
    """
    import pandas as pd

    package = _catalog.descriptor()
    rows = []
    for found in package["resources"]:
        rows.append({
            "table": found["name"], "title": found["title"], "description": found["description"],
            "derived": "sources" in found and found["sources"][0]["title"].startswith("Derived"),
            "rows": found["rows"], "bytes": found["bytes"], "key": ", ".join(found["schema"]["primaryKey"]),
            "caveats": _caveats(found), "sha256": found["hash"].removeprefix("sha256:"),
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("table")


def describe(table: TableName) -> "pd.DataFrame":
    """The codebook of a table: one row per field, indexed by name.

    Columns: dtype (of `load`), unit, description, values (of a closed list), required, references, caveats (text).
    The table's own description and caveats stand in ``attrs``. Raises UnknownName for an unknown table.

    >>> import layoffdata
    >>> layoffdata.describe("capex").loc["amount_usd", "unit"]
    'USD'
    """
    import pandas as pd

    found = _catalog.resource(table)
    dtypes = {"string": "str", "integer": "Int64", "number": "float64", "date": "datetime64"}
    keys = {k["fields"][0]: f"{k['reference'].get('resource', table)}.{k['reference']['fields'][0]}" for k in found["schema"].get("foreignKeys", [])}
    rows = []
    for field in _catalog.fields(found):
        values = _catalog.enum(field)
        rows.append({
            "field": field["name"], "dtype": "category" if values else dtypes[field["type"]], "unit": field.get("unit", ""),
            "description": field["description"], "values": ", ".join(values or []),
            "required": field.get("constraints", {}).get("required", False), "references": keys.get(field["name"], ""), "caveats": _caveats(field),
        })  # fmt: skip
    frame = pd.DataFrame(rows).set_index("field")
    frame.attrs = {"table": table, "description": found["description"], "caveats": _caveats(found)}
    return frame


def _caveats(part: dict) -> str:
    texts = _catalog.descriptor()["caveats"]
    return " ".join(texts[key] for key in part.get("caveats", []))


def company(name: "str | int") -> "pd.Series":
    """The employer of that name: identifier, common name, alias, ticker or CIK, in any case.

    Returns a Series with the fields of ``companies``. Raises UnknownName with the nearest names.

    >>> import layoffdata
    >>> layoffdata.company("AMZN")["company_id"]
    'amazon'
    """
    companies = _catalog.read("companies")
    aliases = _catalog.read("company_aliases")
    asked = str(name).strip().casefold()
    for column in ("company_id", "name", "ticker", "cik", "legal_name"):
        hit = (companies[column].astype(str).str.casefold() == asked) & companies[column].notna()
        if hit.sum() == 1:
            return companies[hit].iloc[0].rename(None)
    hit = aliases["alias"].str.casefold() == asked
    if hit.any():
        found = aliases.loc[hit, "company_id"].iloc[0]
        return companies[companies["company_id"] == found].iloc[0].rename(None)
    known = sorted({*companies["name"], *aliases["alias"]})
    raise UnknownName("company", name, known, "Names, aliases, tickers and CIKs of load('companies') are understood.")


def evidence(event_id: str) -> "pd.DataFrame":
    """Everything that stands behind an announcement or a programme, in the order in which it was said.

    One row per statement: the figures reported, steps of status, reasons given or denied and units named, and
    beside them what was said of the employer's capital spending and headcount within 120 days of it, since a
    share has a denominator. Columns: date (said), what, event_id, statement (in words), low, point, high (jobs,
    percent, employees or units of the currency that the statement names, by `what`), speaker, speaker_name, publisher,
    source_type, language, published_date, url, source_id. Raises UnknownName if there is no such announcement or programme.

    >>> import layoffdata
    >>> table = layoffdata.evidence("amazon-2026-01-28")
    >>> bool((table["what"] == "jobs").any())
    True
    """
    from ._evidence import collect

    return collect(event_id)


def cite(style: Style = "text", *, version: str | None = None) -> str:
    """How to cite a version, by default the installed one: ``text``, ``bibtex`` or ``csl-json``. Raises UnknownName
    for another style, and for versions as `load`.

    >>> import layoffdata
    >>> layoffdata.cite("bibtex").startswith("@misc{layoffdata")
    True
    """
    import json

    package = _catalog.descriptor(_catalog.elsewhere(version))
    title, version, name = package["title"], package["version"], package["contributors"][0]["title"]
    through = package["reviewed_through"]
    if style == "text":
        return f"{name}. {title}. Version {version}, evidence reviewed through {through}. Data set, CC BY 4.0."
    if style == "bibtex":
        note = f"Data set, evidence reviewed through {through}, CC BY 4.0"
        fields = {"author": "{" + name + "}", "title": "{" + title + "}", "version": version, "note": note}
        body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
        return f"@misc{{layoffdata_{version.replace('.', '_')},\n{body}\n}}"
    if style == "csl-json":
        item = {"id": f"layoffdata-{version}", "type": "dataset", "title": title, "version": version, "author": [{"literal": name}],
                "license": "CC-BY-4.0", "note": f"Evidence reviewed through {through}"}  # fmt: skip
        return json.dumps([item], indent=2, ensure_ascii=False)
    raise UnknownName("citation style", style, list(get_args(Style)), "See layoffdata.cite.")
