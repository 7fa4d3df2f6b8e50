"""What the README says is what the data say."""

import re

import pytest
from conftest import ROOT

import layoffdata

README = (ROOT / "README.md").read_text(encoding="utf-8")


def number(text):
    return int(text.replace(",", ""))


def test_counts():
    announcements = layoffdata.load("announcements")
    found = re.search(r"holds ([\d,]+) announcements by ([\d,]+) employers with ([\d,]+) documents", README)
    assert [*map(number, found.groups())] == [len(announcements), announcements["company_id"].nunique(), len(layoffdata.load("sources"))]


def test_error_rate():
    rows = layoffdata.load("verification")
    read, wrong, unclear = len(rows), (rows["verdict"] == "wrong").sum(), (rows["verdict"] == "unclear").sum()
    found = re.search(r"\((\d+) announcements, ([\d,]+) values\)[^.]*?\n\s*(\d+) values were wrong \(([\d.]+)%\)[^.]*?, (\d+) could not", README)
    assert [*map(number, found.group(1, 2, 3, 5))] == [rows["event_id"].nunique(), read, wrong, unclear]
    assert float(found.group(4)) == round(100 * wrong / read, 1)


def test_every_table_is_named():
    for table in layoffdata.tables().index:
        assert f"`{table}`" in README


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_python_of_the_readme_runs(block):
    if "import duckdb" in block:
        pytest.importorskip("duckdb")
        block = "import layoffdata\n" + block
    exec(compile(block, "README.md", "exec"), {})
