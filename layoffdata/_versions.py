"""Which versions there are, and what changed between two of them, row by row."""

from typing import TYPE_CHECKING, NamedTuple

from . import _catalog
from .errors import UnknownName

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import pyarrow as pa

CHANGES = ["added", "removed", "changed"]
OWN = ("change", "field", "old", "new")  # columns of a diff; a key of such a name is shown as field_key


def versions() -> "pd.DataFrame":
    """The versions of the dataset that this computer knows of: one row each, oldest first, indexed by version.

    Columns: date (of release, missing if the installed version was never released), installed, tables and rows (counts,
    Int64), changed (names of the tables whose content differs from the version before, as text; none for the first). Needs no network: newer
    versions than the installed one are listed once any table of theirs was loaded.

    >>> import layoffdata
    >>> bool(layoffdata.versions().loc[layoffdata.__version__, "installed"])
    True
    """
    import pandas as pd

    from . import _registry, _releases

    package = _catalog.descriptor()
    installed = package["version"]
    known: dict[str, tuple[date | None, dict[str, _registry.Table]]] = {name: (entry.date, entry.tables) for name, entry in _releases.known().items()}
    known.setdefault(installed, (None, {r["name"]: _registry.Table(r["rows"], r["content_hash"]) for r in package["resources"]}))
    out = []
    before: dict[str, _registry.Table] = {}
    for version in sorted(known, key=_registry.order):
        day, now = known[version]
        out.append({
            "version": version, "date": day, "installed": version == installed, "tables": len(now), "rows": sum(table.rows for table in now.values()),
            "changed": ", ".join(name for name in {**now, **before} if before and now.get(name) != before.get(name)),
        })  # fmt: skip
        before = now
    frame = pd.DataFrame(out).set_index("version").astype({"tables": "Int64", "rows": "Int64"})
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return frame


def diff(old: str, new: str, table: str) -> "pd.DataFrame":
    """What changed in a table from one version to another.

    One row for each record that was added or removed and for each field that changed, in order of the key. Columns: the
    key of the table (dtypes of `load`, closed lists as text), change (``added``, ``removed``, ``changed``), field, old, new
    (text as in the CSV, missing for an empty value; all three missing for whole records). A key that is itself called
    field is shown as field_key. A field that only one version has counts as empty in the other, a table that only one
    has as without rows.

    Raises UnknownName for a table that neither has, ValueError if the key itself is another; for versions as `load`.

    >>> import layoffdata
    >>> layoffdata.diff("0.1.0", "0.2.0", "layoffs").query("field == 'jobs'")  # doctest: +SKIP
    """
    import pandas as pd

    found = [_side(table, _catalog.elsewhere(version)) for version in (old, new)]
    before, after = found[0] or _without_rows(found[1]), found[1] or _without_rows(found[0])
    if before is None or after is None:
        known = {name for version in (old, new) for name in _catalog.names(_catalog.elsewhere(version))}
        raise UnknownName("table", table, sorted(known), f"Neither {old} nor {new} has it.")
    if before.key != after.key:
        was, now = (", ".join(f"{name} ({kind})" for name, kind in side.key.items()) for side in (before, after))
        raise ValueError(f"The key of {table} is {was} in {old} and {now} in {new}, so rows cannot be matched. Compare load() of both.")
    key, text = list(after.key), pd.StringDtype(na_value=float("nan"))
    both = before.frame.merge(after.frame, on=key, how="outer", suffixes=("|old", "|new"), indicator="|side")
    parts = [both.loc[both["|side"] == side, key].assign(change=change) for side, change in (("left_only", "removed"), ("right_only", "added"))]
    kept = both[both["|side"] == "both"]
    missing = pd.Series(None, index=kept.index, dtype=text)
    for position, name in enumerate(dict.fromkeys([*after.fields, *before.fields])):
        in_both = name in before.fields and name in after.fields
        was = kept[f"{name}|old" if in_both else name] if name in before.fields else missing
        now = kept[f"{name}|new" if in_both else name] if name in after.fields else missing
        differs = ~((was == now) | (was.isna() & now.isna()))
        parts.append(kept.loc[differs, key].assign(change="changed", position=position, field=name, old=was[differs], new=now[differs]))
    out = pd.concat(parts).reindex(columns=[*key, "change", "position", "field", "old", "new"])
    out = out.sort_values([*key, "position"], ignore_index=True).drop(columns="position")
    out = out.astype({"change": pd.CategoricalDtype(CHANGES), "field": text, "old": text, "new": text})
    out.attrs = {"table": table, "old": old, "new": new}
    return out


class Side(NamedTuple):
    """A table of one version: its key with types, its other fields, and a frame with the key as it is and the rest as text."""

    key: dict[str, str]
    fields: list[str]
    frame: "pd.DataFrame"


def _side(table: str, version: str | None) -> Side | None:
    import pandas as pd
    import pyarrow as pa

    if table not in _catalog.names(version):
        return None
    found = _catalog.resource(table, version)
    types = {field["name"]: field["type"] for field in _catalog.fields(found)}
    shown = {name: f"{name}_key" if name in OWN else name for name in found["schema"]["primaryKey"]}
    key = {shown[name]: types[name] for name in shown}
    content = _catalog.read_arrow(_catalog.verified_bytes(table, version))
    plain = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in content.columns]
    columns = [c if name in shown else _text(c) for name, c in zip(content.column_names, plain, strict=True)]
    mapping = {pa.int64(): pd.Int64Dtype(), pa.string(): pd.StringDtype(na_value=float("nan"))}
    frame = pa.table(columns, names=content.column_names).to_pandas(types_mapper=mapping.get, date_as_object=False)
    return Side(key, [name for name in types if name not in shown], frame.rename(columns=shown))


def _text(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Values as they stand in the CSV: a whole number has neither point nor exponent."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = column.cast(pa.string())
    if not pa.types.is_floating(column.type):
        return text
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 2.0**53))
    return pc.if_else(whole, pc.if_else(whole, column, None).cast(pa.int64()).cast(pa.string()), text)


def _without_rows(side: Side | None) -> Side | None:
    return side and Side(side.key, side.fields, side.frame.iloc[:0])
