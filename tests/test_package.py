"""What people install: the wheel and the sdist, built and tried away from the checkout."""

import subprocess
import sys
import tarfile
import zipfile

import pytest
import tables as csvs
from conftest import ROOT

TABLES = [resource["name"] for resource in csvs.descriptor()["resources"]]


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A copy of the tracked files, so that nothing that lies around gets in; then sdist, wheel, and a wheel from the sdist."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    tracked = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    for name in tracked:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder / "direct", source)
    run(sys.executable, "-m", "build", "--outdir", folder / "from_sdist", source)
    return folder


def test_the_sdist_builds_the_same_wheel(built):
    (direct,), (indirect,) = (list((built / name).glob("*.whl")) for name in ("direct", "from_sdist"))
    a, b = (dict((i.filename, z.read(i)) for i in z.infolist()) for z in (zipfile.ZipFile(direct), zipfile.ZipFile(indirect)))
    assert a == b


def test_no_file_is_missing(built):
    (wheel,), (sdist,) = (built / "direct").glob("*.whl"), (built / "from_sdist").glob("*.tar.gz")
    inside = set(zipfile.ZipFile(wheel).namelist())
    expected = {f"layoffdata/compiled/{table}.parquet" for table in TABLES} | {"layoffdata/compiled/datapackage.json", "layoffdata/py.typed"}
    expected |= {str(path.relative_to(ROOT)) for path in (ROOT / "layoffdata").rglob("*.py")}
    assert expected <= inside and all(name.startswith("layoffdata") for name in inside)
    assert {"LICENSE", "LICENSE-DATA"} <= {name.rsplit("/", 1)[1] for name in inside if "licenses/" in name}
    packed = {name.split("/", 1)[1] for name in tarfile.open(sdist).getnames() if "/" in name}
    assert expected | {"datapackage.json", "README.md", "CONTRIBUTING.md", "CITATION.cff", "tests/conftest.py", "scripts/build.py"} <= packed
    assert {resource["path"] for resource in csvs.curated(csvs.descriptor())} <= packed
    assert wheel.stat().st_size < 3_000_000


def test_the_wheel_works_in_an_empty_environment(built, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    (wheel,) = (built / "direct").glob("*.whl")
    run(python, "-m", "pip", "install", "-q", wheel)
    code = "import layoffdata\nfor name in layoffdata.tables().index: print(name, len(layoffdata.load(name)) > 0)\nprint(layoffdata.explain('amazon-2025').net_jobs.sum())"
    said = run(python, "-c", code, cwd=tmp_path).splitlines()
    assert said == [*(f"{table} True" for table in TABLES), "30000"]
