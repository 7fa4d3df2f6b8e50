"""What other people's catalogues want to know of a release, each made from the compiled descriptor."""

import json
import re
from datetime import date

CROISSANT_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "date": "sc:Date"}
PARQUET = "application/x-parquet"
SIZES = {1_000: "n<1K", 10_000: "1K<n<10K", 100_000: "10K<n<100K", 1_000_000: "100K<n<1M"}  # Hugging Face's classes


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _creators(package: dict) -> list[str]:
    return [person["title"] for person in package["contributors"]]


def citation(package: dict, day: date) -> str:
    """One line to cite this release."""
    return f"{', '.join(_creators(package))} ({day.year}). {package['title']} (version {package['version']}) [Data set]. CC BY 4.0."


def citation_cff(text: str, version: str, day: date) -> str:
    """The repository's CITATION.cff with the version and date of the release."""
    kept = re.sub(r"^(version|date-released):.*\n", "", text, flags=re.MULTILINE)
    return f'{kept.rstrip()}\nversion: "{version}"\ndate-released: "{day.isoformat()}"\n'


def croissant(package: dict, day: date) -> str:
    """Croissant 1.0: every Parquet file and the records in it, for machine-learning tools.

    References between tables stand in datapackage.json only: here they make mlcroissant join while it loads, and it
    cannot load a table that refers to two others.
    """
    context = {
        "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
        "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
    }  # fmt: skip

    def record_set(resource: dict) -> dict:
        name = resource["name"]
        fields = []
        for field in resource["schema"]["fields"]:
            column = field["name"]
            fields.append({
                "@type": "cr:Field", "@id": f"{name}/{column}", "name": column, "description": _described(field), "dataType": CROISSANT_TYPES[field["type"]],
                "source": {"fileObject": {"@id": resource["path"]}, "extract": {"column": column}},
            })  # fmt: skip
        ids = [{"@id": f"{name}/{column}"} for column in resource["schema"]["primaryKey"]]
        key = ids[0] if len(ids) == 1 else ids
        return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": resource["description"], "key": key, "field": fields}

    files = [
        {"@type": "cr:FileObject", "@id": r["path"], "name": r["path"], "description": r["title"], "contentUrl": r["path"], "encodingFormat": PARQUET,
         "contentSize": f"{r['bytes']} B", "sha256": r["hash"].removeprefix("sha256:")}
        for r in package["resources"]
    ]  # fmt: skip
    head = {"@context": context, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0", "isLiveDataset": False}
    parts = {"citeAs": citation(package, day), "distribution": files, "recordSet": [record_set(r) for r in package["resources"]]}
    return _json(head | _dataset(package, day) | parts)


def _described(field: dict) -> str:
    return field["description"] + (f" Unit: {field['unit']}." if "unit" in field else "")


def _dataset(package: dict, day: date) -> dict:
    """What schema.org asks of any dataset; the address only once the descriptor has a homepage."""
    out = {
        "name": package["name"], "description": f"{package['title']}. {package['description']}", "version": package["version"],
        "datePublished": day.isoformat(), "license": package["licenses"][0]["path"], "keywords": package["keywords"], "inLanguage": "en",
        "creator": [{"@type": "Organization", "name": name} for name in _creators(package)],
    }  # fmt: skip
    return out | ({"url": package["homepage"]} if "homepage" in package else {})


def schema_org(package: dict, day: date, csv_files: dict[str, tuple[int, str]]) -> str:
    """schema.org/Dataset, which search engines for data read. `csv_files` gives size and SHA-256 of each CSV."""
    by_name = {resource["name"]: resource for resource in package["resources"]}
    files = [(r["path"], PARQUET, r["bytes"], r["hash"].removeprefix("sha256:"), r["title"]) for r in package["resources"]]
    files += [(name, "text/csv", size, digest, by_name[name.removesuffix(".csv")]["title"]) for name, (size, digest) in csv_files.items()]
    return _json({
        "@context": "https://schema.org/", "@type": "Dataset", **_dataset(package, day), "alternateName": package["title"],
        "isAccessibleForFree": True, "creditText": citation(package, day),
        "temporalCoverage": "/".join(by_name["layoffs"]["span"].get("announced_date", [])),
        "variableMeasured": [
            {"@type": "PropertyValue", "name": f["name"], "description": f["description"]} | ({"unitText": f["unit"]} if "unit" in f else {})
            for f in by_name["layoffs"]["schema"]["fields"]
        ],
        "distribution": [
            {"@type": "DataDownload", "name": name, "description": title, "contentUrl": name, "encodingFormat": kind,
             "contentSize": f"{size} B", "sha256": digest}
            for name, kind, size, digest, title in files
        ],
    })  # fmt: skip


def zenodo(package: dict, day: date) -> str:
    """.zenodo.json, which Zenodo takes its record from."""
    caveats = "".join(f"<li>{text}</li>" for text in package["caveats"].values())
    return _json({
        "title": package["title"], "description": f"<p>{package['description']}</p><p>To know before use:</p><ul>{caveats}</ul>",
        "upload_type": "dataset", "access_right": "open", "license": "cc-by-4.0", "version": package["version"], "publication_date": day.isoformat(),
        "creators": [{"name": name} for name in _creators(package)], "keywords": package["keywords"], "language": "eng",
    })  # fmt: skip


def dataset_card(package: dict, day: date) -> str:
    """README.md of the release folder, which is also the dataset card of Hugging Face."""
    version = package["version"]
    largest = max(resource["rows"] for resource in package["resources"])
    front = {
        "license": "cc-by-4.0", "language": ["en"], "pretty_name": package["title"], "tags": [word.replace(" ", "-") for word in package["keywords"]],
        "size_categories": [next((name for limit, name in SIZES.items() if largest < limit), "1M<n<10M")],
        "configs": [
            {"config_name": r["name"], "data_files": r["path"]} | ({"default": True} if r["name"] == "layoffs" else {}) for r in package["resources"]
        ],
    }  # fmt: skip
    # JSON is YAML, and leaves no doubt about quoting.
    yaml = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items())
    tables = "\n".join(f"| `{r['name']}` | {r['description']} | {r['rows']:,} |" for r in package["resources"])
    caveats = "\n".join(f"- {text}" for text in package["caveats"].values())
    return f"""---
{yaml}
---

# {package["title"]}

Version {version}, released {day.isoformat()}. {package["description"]}

| table | what it holds | rows |
|---|---|---|
{tables}

Every table is here as Parquet and as CSV with the same rows; `layoffdata.xlsx` has the main ones with the codebook. Fields, units, closed
lists and keys stand in `datapackage.json` (Parquet) and `datapackage-csv.json` (CSV). `sha256sum --check SHA256SUMS` verifies the files. With
the Python package of the same version:

```python
import layoffdata

layoffdata.load("layoffs")
```

## To know before use

{caveats}

## Licence and citation

[{package["licenses"][0]["title"]}]({package["licenses"][0]["path"]}). It covers the tables, not the documents that they cite.

> {citation(package, day)}
"""
