"""The command line: what was done on stdout, one message for a mistake on stderr."""

import re

import pandas as pd
import pytest

from hematotox import cli
from hematotox.cli import main
from hematotox.contracts import TABLES, conform
from hematotox.run.files import write_table


@pytest.fixture
def tables(tmp_path):
    row = {
        "study": "s",
        "source": "real",
        "analysis": "a",
        "population": "all",
        "method": "cox",
        "estimand": "log_hazard_ratio",
    }
    for name, estimate in (("before", 0.5), ("after", 0.6)):
        frame = pd.DataFrame(
            [{**row, "estimate": estimate}], columns=list(TABLES["estimates"].columns)
        )
        write_table(tmp_path / f"{name}.csv", conform("estimates", frame))
    return tmp_path


def test_diff_tells_what_moved(tables, capsys) -> None:
    assert main(["diff", str(tables / "before.csv"), str(tables / "after.csv")]) == 0
    said = capsys.readouterr()
    words = "s | real | a | all | cox | log_hazard_ratio estimate: 0.5 -> 0.6"
    assert re.fullmatch(rf"moved: [0-9a-f]{{12}} \| {re.escape(words)}\n", said.out)
    assert said.err == ""
    wide = ["--tolerance", "0.5"]
    assert main(["diff", str(tables / "before.csv"), str(tables / "after.csv"), *wide]) == 0
    assert capsys.readouterr().out == "No estimate differs.\n"


def test_diff_of_what_is_no_estimates_table(tables, capsys) -> None:
    assert main(["diff", str(tables / "before.csv"), str(tables / "absent.csv")]) == 1
    assert capsys.readouterr().err.endswith("absent.csv: there is no such file\n")
    (tables / "other.csv").write_text("patient,anc\n4711,500\n")
    assert main(["diff", str(tables / "other.csv"), str(tables / "after.csv")]) == 1
    message = capsys.readouterr().err
    assert message.endswith(
        "other.csv: is no estimates table, such as results/estimates/<study>.csv\n"
    )
    assert "4711" not in message


def test_new_run_says_what_to_do_next(tmp_path, capsys) -> None:
    assert main(["new-run", str(tmp_path / "run"), "--study", "bmt_example"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"Made {tmp_path / 'run'}."
    assert main(["new-run", str(tmp_path / "run"), "--study", "bmt_example"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"{tmp_path / 'run'}: is not empty; name a new folder\n"


def test_a_fault_of_ours_is_told_as_one_without_a_value(monkeypatch, capsys) -> None:
    patient = "Smith 4711"

    def fail(parsed: object) -> list[str]:
        raise ValueError(patient)

    monkeypatch.setattr(cli, "_new_run", fail)
    assert main(["new-run", "anywhere"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("a fault of this program, not of your data\n")
    assert "builtins.ValueError" in said
    assert patient not in said


def test_a_command_that_does_not_exist_is_refused(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["newrun"])
    assert caught.value.code == 2
    assert "invalid choice: 'newrun'" in capsys.readouterr().err
