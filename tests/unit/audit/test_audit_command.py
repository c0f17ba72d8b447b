"""`hematotox audit`: findings in words with their place, and the exit code."""

from hematotox.cli import main
from hematotox.contracts import TABLES, conform
from hematotox.run.files import CLONE, write_table

PUBLISHED = CLONE / "config" / "published"


def test_findings_stand_in_words_with_file_and_place(capsys) -> None:
    files = [str(PUBLISHED / "rejeski_2021.csv"), str(PUBLISHED / "rejeski_2021_tables.csv")]
    assert main(["audit", *files]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    first, *others = said.out.splitlines()
    assert first == (
        "rejeski_2021.csv: rejeski_2021: Abstract, AUC: sensitivity and specificity give an AUC "
        "of 0.78 to 0.79, not 0.885 to 0.895 [sensitivity and specificity]"
    )
    assert len(others) == 4


def test_a_subset_is_named_on_the_command_line(capsys) -> None:
    file = str(PUBLISHED / "cart_sie.csv")
    assert main(["audit", file]) == 1
    without = capsys.readouterr().out.splitlines()
    assert main(["audit", file, "--among", "bridging_failure=bridging=yes"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == len(without) + 5
    assert main(["audit", file, "--among", "bridging_failure"]) == 1
    assert capsys.readouterr().err.startswith("--among bridging_failure: must be ")


def test_an_estimates_table_without_contradiction(tmp_path, capsys) -> None:
    import pandas as pd

    row = {"study": "s", "source": "real", "analysis": "a", "population": "all",
           "method": "proportion", "estimand": "proportion", "estimate": 0.5, "n": 10,
           "n_event": 5}  # fmt: skip
    table = pd.DataFrame([row], columns=list(TABLES["estimates"].columns))
    write_table(tmp_path / "estimates.csv", conform("estimates", table))
    assert main(["audit", str(tmp_path / "estimates.csv")]) == 0
    assert capsys.readouterr().out == "Nothing contradicts itself.\n"


def test_what_is_no_table_of_results_is_a_message(tmp_path, capsys) -> None:
    assert main(["audit", str(tmp_path / "absent.csv")]) == 1
    assert "there is no such file" in capsys.readouterr().err
    patients = tmp_path / "patients.csv"
    patients.write_text("patient,anc\n4711,300\n", encoding="utf-8")
    assert main(["audit", str(patients)]) == 1
    said = capsys.readouterr().err
    assert "is no estimates table" in said
    assert "4711" not in said
    printed = (PUBLISHED / "rejeski_2021.csv").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(printed.replace("0.006", "about 0.006", 1), encoding="utf-8")
    assert main(["audit", str(wrong)]) == 1
    assert capsys.readouterr().err == f"{wrong}: text where a number belongs\n"
