"""The benchmark measures what it says it measures; how fast anything is, is no test."""

import benchmark
import check
import pandas as pd
import pytest
import tables as csvs

import layoffdata


def test_multiplied_rows_are_as_good_as_the_real_ones(tmp_path):
    package = csvs.descriptor()
    real = sum(len(csvs.read_csv(csvs.ROOT / r["path"], r)[0]) for r in csvs.curated(package))
    assert benchmark.multiply(2, tmp_path) == 2 * real
    assert check.faults_of(tmp_path) == []


def test_multiplied_reports_give_the_same_announcements_again(tmp_path):
    from layoffdata import resolve

    benchmark.multiply_compiled(2, tmp_path)
    frame = resolve.layoffs({file.stem: pd.read_parquet(file) for file in tmp_path.glob("*.parquet")})
    real = layoffdata.load("layoffs")
    assert len(frame) == 2 * len(real) and frame["net_jobs"].sum() == 2 * real["net_jobs"].sum()


def test_read_csv_is_given_the_same_types(tmp_path):
    frame = eval(benchmark.typed_csv("capex", tmp_path), {"pd": pd})
    pd.testing.assert_frame_equal(frame, layoffdata.load("capex"), check_dtype=False)
    assert frame["amount_local"].dtype == "Int64" and frame["definition"].dtype == "category" and frame["filed_date"].dtype.kind == "M"


def test_functions_are_measured_in_turn():
    calls = []
    took = benchmark.alternately(2, a=lambda: calls.append("a"), b=lambda: calls.append("b"))
    assert calls == ["a", "b"] * 3 and {name: len(seconds) for name, seconds in took.items()} == {"a": 2, "b": 2}


def test_a_failing_process_is_said():
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        benchmark.process("1 / 0")()


@pytest.mark.parametrize("part", ["import", "hash", "totals"])
def test_parts_print_their_figures(capsys, part):
    assert benchmark.main([part, "--runs", "1"]) == 0
    assert " ms " in capsys.readouterr().out


def test_an_unknown_part_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["speed"])
    assert stop.value.code == 2 and "there is no part speed" in capsys.readouterr().err
