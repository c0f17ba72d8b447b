"""`hematotox centre` and `hematotox study`: what they check, say, and tell to type next."""

import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from hematotox.cli import main
from hematotox.run.files import CLONE
from hematotox.run.run_folder import new_run
from hematotox.run.typed import typed, typed_run

PRACTICE = CLONE / "docs" / "tutorial"
UGLY = "sp ace (1) d'été; $HOME"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder with an ugly name, the practice hospital's export and its centre file."""
    folder = tmp_path / UGLY
    new_run(folder, study="cart_sie")
    shutil.copytree(PRACTICE / "nord", folder / "exports" / "nord")
    shutil.copy(PRACTICE / "nord.yaml", folder / "config" / "centres")
    return folder


def said(capsys, *command: str, code: int = 0) -> list[str]:
    """Return the lines of a command, of a refused one those of its message."""
    assert main(list(command)) == code
    captured = capsys.readouterr()
    return (captured.err if code else captured.out).splitlines()


# ---- commands to type ----------------------------------------------------------------------------


def test_a_printed_command_is_the_command_whatever_the_folder_is_called() -> None:
    folder = Path("/x") / UGLY
    assert shlex.split(typed("hematotox", "centre", "draft", folder))[-1] == str(folder)
    words = shlex.split(typed_run(folder, "north"))
    assert words[words.index("--directory") + 1] == str(folder)
    assert words[-1] == "north"
    assert typed("hematotox", "new-run", "../north") == "hematotox new-run ../north"


def test_each_command_that_is_printed_can_be_pasted(tmp_path: Path, capsys) -> None:
    folder = tmp_path / UGLY
    steps = said(capsys, "new-run", str(folder))
    draft = steps[2].split(": ", 1)[1].removesuffix(" (docs/tutorial_new_centre.md)")
    assert shlex.split(draft)[-1] == f"{folder}/exports/<centre>"
    assert shlex.split(steps[3])[-1] == str(folder)
    assert shlex.split(steps[4])[-3] == str(folder)
    shutil.copytree(PRACTICE / "nord", folder / "exports" / "nord")
    drafted = said(capsys, *shlex.split(draft.replace("<centre>", "nord"))[1:])
    check = next(line for line in drafted if line.startswith("Then read the export: "))
    shutil.copy(PRACTICE / "nord.yaml", folder / "config" / "centres")
    found = said(capsys, *shlex.split(check.partition("export: ")[2])[1:])
    assert found[0].startswith("nord: 24 patients, ")
    new = ["study", "new", "north", "--centres", "nord", "ost", "--directory", str(folder)]
    _, centre, *_, whole = said(capsys, *new)
    assert shlex.split(centre)[-1] == str(folder / "exports" / "ost")
    words = shlex.split(whole)
    assert words[words.index("--directory") + 1] == str(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("centre '../a b/x'", "hematotox centre draft '../a b/x'"),
        ("centre x --output y", "hematotox centre draft x --output y"),
        ("study north --centres nord", "hematotox study new north --centres nord"),
        ("study --centres nord -- north", "hematotox study new --centres nord -- north"),
    ],
)
def test_the_old_form_says_the_new_one_and_does_nothing(old: str, new: str, capsys) -> None:
    assert said(capsys, *shlex.split(old), code=1) == [f"This is now typed: {new}"]


@pytest.mark.parametrize("command", ["centre", "study", "centre draft", "study show"])
def test_a_command_without_its_words_shows_its_usage(command: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(command.split())
    assert caught.value.code == 2
    assert f"usage: hematotox {command}" in capsys.readouterr().err


# ---- one centre ----------------------------------------------------------------------------------


def test_a_centre_is_read_before_any_study_names_it(run: Path, capsys) -> None:
    first, second, *kinds, last = said(capsys, "centre", "check", "nord", "--directory", str(run))
    assert first == "nord: 24 patients, 2612 laboratory values, 115 events; 3 rows set aside."
    assert second == "Findings, and what to do:"
    path = Path(last.partition(": ")[2])
    assert path == run / "results" / "checks" / "centres" / "nord.csv"
    findings = pd.read_csv(path)
    told = {kind.split(":")[0].strip(): int(kind.split()[0]) for kind in kinds}
    counted = findings["kind"].value_counts()
    assert told == {f"{n}  {kind}": n for kind, n in counted.items()}
    idle = [kind.endswith(": none needed") for kind in kinds]
    assert idle == sorted(idle), "what needs something done comes first"
    assert not (run / "results" / "staged").exists(), "a run makes its own"


def test_all_that_is_wrong_with_a_centre_file_is_told(run: Path, capsys) -> None:
    file = run / "config" / "centres" / "nord.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  crp: {", "  crpp: {"), encoding="utf-8")
    (message,) = said(capsys, "centre", "check", "nord", "--directory", str(run), code=1)
    assert message.startswith("config/centres/nord.yaml:44: labs.crpp: is not among the labs of")
    file.write_text(text, encoding="utf-8")
    (run / "exports" / "nord" / "labor.csv").rename(run / "exports" / "nord" / "labs.csv")
    (message,) = said(capsys, "centre", "check", "nord", "--directory", str(run), code=1)
    assert message.startswith("exports/nord/labor.csv: centre nord: there is no such file (the")
    (message,) = said(capsys, "centre", "check", "sued", "--directory", str(run), code=1)
    assert message.startswith("config/centres/sued.yaml: there is no such file; known: ")


def test_a_folder_that_is_no_run_folder_is_told(tmp_path: Path, capsys) -> None:
    for command in (["centre", "check", "x"], ["study", "check", "x"], ["study", "show", "x"]):
        (message,) = said(capsys, *command, "--directory", str(tmp_path), code=1)
        assert message.endswith("is no run folder, it has no config/; name it: --directory FOLDER")


# ---- one study -----------------------------------------------------------------------------------


def test_a_plan_that_fits_is_told_with_the_files_it_was_read_with(run: Path, capsys) -> None:
    main(["study", "new", "north", "--centres", "nord", "--directory", str(run)])
    capsys.readouterr()
    first, *files, last = said(capsys, "study", "check", "north", "--directory", str(run))
    assert first.startswith("config/studies/north.yaml: 332 analyses and 60 displays fit ")
    assert {"  config/centres/nord.yaml", "  config/scores/ht.yaml"} <= set(files)
    assert last == "It can run."


def test_a_plan_whose_exports_are_not_there_yet_is_no_mistake(run: Path, capsys) -> None:
    main(["study", "new", "north", "--centres", "nord", "--directory", str(run)])
    shutil.rmtree(run / "exports" / "nord")
    capsys.readouterr()
    *_, told, first, second, third = said(
        capsys, "study", "check", "north", "--directory", str(run)
    )
    assert told == "It cannot run yet:"
    assert first.startswith("  exports/nord/labor.csv: centre nord: there is no such file")
    assert "patienten.csv" in second
    assert "verlauf.csv" in third


def test_a_wrong_plan_is_told_with_file_line_and_key(run: Path, capsys) -> None:
    text = (CLONE / "config" / "studies" / "cart_sie.yaml").read_text(encoding="utf-8")
    plan = run / "config" / "studies" / "cart_sie.yaml"
    text = text.replace("scores: [ht, simple_ht]", "scores: [ht, simple_hat]")
    plan.write_text(text.replace("[sie_*]", "[nord]"), encoding="utf-8")
    lines = said(capsys, "study", "check", "cart_sie", "--directory", str(run), code=1)
    assert any('scores.1: there is no score "simple_hat"' in line for line in lines)


def test_what_a_plan_holds_is_shown(run: Path, capsys) -> None:
    lines = said(capsys, "study", "show", "bmt_example", "--directory", str(run))
    assert lines[1:3] == ["File: config/studies/bmt_example.yaml", "Patients: one table, bmt.csv"]
    assert "Scores: none" in lines
    plan = CLONE / "config" / "studies" / "bmt_example.yaml"
    written = plan.read_text(encoding="utf-8").splitlines()
    for name, kind in (("restricted_mean_by_fab", "rmst"), ("table1", "baseline_table")):
        line = next(n for n, text in enumerate(written, 1) if text.startswith(f"  {name}:"))
        assert f"  {name}: {kind} (config/studies/bmt_example.yaml:{line})" in lines
    assert lines[lines.index("Displays: 12") + 1].startswith("  table1: ")


def test_what_is_taken_over_is_shown_with_both_files(run: Path, capsys) -> None:
    main(["study", "new", "north", "--centres", "nord", "--directory", str(run)])
    capsys.readouterr()
    lines = said(capsys, "study", "show", "north", "--directory", str(run))
    parents = "like config/studies/cart_sie.yaml, like config/studies/evidence.yaml"
    assert lines[1] == f"File: config/studies/north.yaml, {parents}"
    late = next(one for one in lines if one.startswith("  malignancy.second.thrombocytopenia: "))
    assert late.startswith(
        "  malignancy.second.thrombocytopenia: fine_gray (config/studies/cart_sie"
    )
    assert late.endswith(", taken over by config/studies/north.yaml:3; made with landmark: 100)")


def test_what_the_centres_do_not_hold_is_told(run: Path, capsys) -> None:
    main(["study", "new", "north", "--centres", "nord", "--directory", str(run)])
    centre = run / "config" / "centres" / "nord.yaml"
    text = centre.read_text(encoding="utf-8")
    ferritin = next(one for one in text.splitlines(keepends=True) if one.startswith("  ferritin:"))
    centre.write_text(text.replace(ferritin, ""), encoding="utf-8")
    capsys.readouterr()
    lines = said(capsys, "study", "check", "north", "--directory", str(run))
    found = lines[lines.index("What its centres do not hold:") + 1 :]
    assert found[0].startswith("  without patients, because no export holds Ferritin: ")
    assert {"by_centre", "discrimination.ht.roc"} <= set(found[0].split(": ")[1].split(", "))
    assert any(
        one.startswith("  empty, because no export holds Ferritin: table6, ") for one in found
    )
    assert lines[-1] == "It can run."
