"""The tutorials are true: their commands run, their messages appear, their excerpts exist."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError
from hematotox.run.catalogue import read_catalogue, read_declarations
from hematotox.run.files import CLONE, open_centre, read_text
from hematotox.run.run_folder import new_run
from hematotox.scaffold.study_file import new_study
from hematotox.synthetic import read_calibration, simulate

PRACTICE = CLONE / "docs" / "tutorial"
PROGRAMS = Path(sys.executable).parent
WHOLE_RUN = "--cores 8"
"""The end of commands that are not run here, as they take long; other tests run the workflow."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell")


@dataclass(frozen=True)
class Tutorial:
    """A tutorial, the run folder that it speaks of, and the edits that it asks for by hand."""

    text: str
    folder: str
    edits: dict[str, tuple[str, str]]

    @property
    def steps(self) -> list[tuple[str, list[str]]]:
        """Commands in their order, each with the lines that it is said to print."""
        found: list[tuple[str, list[str]]] = []
        for block in re.findall(r"```console\n(.*?)```", self.text, flags=re.DOTALL):
            for line in block.strip().splitlines():
                if line.startswith("$ "):
                    found.append((line.removeprefix("$ "), []))
                else:
                    found[-1][1].append(line)
        return found

    @property
    def messages(self) -> dict[str, str]:
        """Slip and message of the table of slips."""
        rows = re.findall(r"^\| (`.+?`.*?) \| `(.+)` \|$", self.text, flags=re.MULTILINE)
        return dict(rows)


NORTH = Tutorial(
    read_text(CLONE / "docs/tutorial_new_centre.md"),
    "north",
    {"config/config.yaml": ("studies: [cart_sie]", "studies: [north]")},
)
TRANSPLANTS = Tutorial(
    read_text(CLONE / "docs/tutorial_analysis_ready_table.md"),
    "transplants",
    {"config/config.yaml": ("studies: [bmt_example]", "studies: [transplants]")},
)
SLIPS = {
    "nord.yaml": {
        "`unit: mg/1`": ("CRP mg/l, unit: mg/L", "CRP mg/l, unit: mg/1"),
        "`crp_level:`": ("  crp: {column: CRP", "  crp_level: {column: CRP"),
        "`inn: Progress`": ("in: Progress}", "inn: Progress}"),
        "`column: Thrombozyten,`": ("column: Thrombozyten /nl,", "column: Thrombozyten,"),
        "`unit: mg/dL` for CRP": ("CRP mg/l, unit: mg/L", "CRP mg/l, unit: mg/dL"),
        "`unit: mg/dL, heading_unit_wrong: true`": (
            "CRP mg/l, unit: mg/L",
            "CRP mg/l, unit: mg/dL, heading_unit_wrong: true",
        ),
        "`PD: pd` left out of the values of `response`": (
            "Staging}, column: Detail, values: {CR: cr, PR: pr, SD: sd, PD: pd}",
            "Staging}, column: Detail, values: {CR: cr, PR: pr, SD: sd}",
        ),
    },
    "transplants.yaml": {
        "`exposure: fba`": (
            "endpoint: disease_free_survival, exposure: fab, times",
            "endpoint: disease_free_survival, exposure: fba, times",
        ),
        "`analyses: [relapse, gray]`": ("[relapse, relapse_gray]", "[relapse, gray]"),
        '`"1": relaps`': ('"1": relapse, "2"', '"1": relaps, "2"'),
        "`column: Age`": ("column: age", "column: Age"),
    },
}


def run(command, *, folder):
    """Run a command of a tutorial with `folder` in the place of `..`; return what it prints."""
    words = [re.sub(r"^\.\./", f"{folder}/", word) for word in shlex.split(command)]
    if words[-1] == "share":
        words.append("--dry-run")
    program = PROGRAMS / words[0] if words[0] in ("snakemake", "hematotox") else words[0]
    done = subprocess.run([str(program), *words[1:]], cwd=CLONE, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def edit(folder, edits):
    """Make the edits that the tutorial asks for by hand."""
    for name, (before, after) in edits.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize("tutorial", [NORTH, TRANSPLANTS], ids=lambda t: t.folder)
def test_the_commands_run_and_print_what_the_tutorial_says(tutorial, tmp_path):
    for command, lines in tutorial.steps:
        if command.endswith(WHOLE_RUN):
            continue
        printed = run(command, folder=tmp_path)
        for line in lines:
            assert line.replace("../", f"{tmp_path}/") in printed.splitlines()
        if command.startswith("hematotox new-run"):
            edit(tmp_path / tutorial.folder, tutorial.edits)
    if tutorial is NORTH:
        check_findings(tmp_path / "north/results/staged/nord")


def check_findings(staged):
    """After the correction one finding of the tutorial's table is gone, the others are there."""
    findings = pd.read_csv(staged / "findings.csv", keep_default_na=False)
    found = {(f, str(r), c, k) for f, r, c, k in findings[["file", "row", "column", "kind"]].values}
    rows = re.findall(r"^\| (\w+\.csv) \| (\d+) \| (.*?) ?\| (.+?) \|", NORTH.text, re.MULTILINE)
    assert len(rows) == 5
    corrected, *others = [tuple(row) for row in rows]
    assert corrected not in found
    assert set(others) <= found
    assert ("nord.corrections.csv", "2", "value", "corrected") in found


@pytest.mark.parametrize(
    ("tutorial", "name"), [(NORTH, "nord.yaml"), (TRANSPLANTS, "transplants.yaml")]
)
def test_excerpts_stand_in_the_practice_files(tutorial, name):
    whole = (PRACTICE / name).read_text(encoding="utf-8")
    excerpts = re.findall(r"```yaml\n(.*?)```", tutorial.text, flags=re.DOTALL)
    excerpts = [one for one in excerpts if not re.search(r"^(like|studies):", one, re.MULTILINE)]
    shown = {line for excerpt in excerpts for line in excerpt.splitlines()}
    assert len(shown) > 10
    assert shown <= set(whole.splitlines())
    assert (PRACTICE / "nord.corrections.csv").read_text(encoding="utf-8") in NORTH.text


def folder_of(tmp_path, name, slip):
    """Make a run folder with a practice file that has a slip."""
    shutil.copytree(PRACTICE / "nord", tmp_path / "exports" / "nord")
    shutil.copy(CLONE / "config/data/bmt.csv", tmp_path / "exports" / "transplants.csv")
    kind = "centres" if name == "nord.yaml" else "studies"
    (tmp_path / "config" / "studies").mkdir(parents=True)
    (tmp_path / "config" / "centres").mkdir()
    new_study("north", like="cart_sie", centres=["nord"], run_folder=tmp_path)
    text = (PRACTICE / name).read_text(encoding="utf-8")
    before, after = slip
    assert before in text
    (tmp_path / "config" / kind / name).write_text(text.replace(before, after), encoding="utf-8")


def troubles(name):
    """Return every message that the run in the current folder stops with."""
    study = "north" if name == "nord.yaml" else "transplants"
    try:
        found = read_catalogue({"studies": [study], "exports": "exports"}, run_folder=Path.cwd())
        if name == "nord.yaml":
            stage_nord(found)
        else:
            enter_transplants()
    except UserError as error:
        return str(error).splitlines()
    return []


def stage_nord(found):
    from hematotox.staging import stage

    files = [path for path in found.export_files("nord") if not path.endswith(".json")]
    centre = parse(read_text(Path("config/centres/nord.yaml")), source="nord.yaml", model=Centre)
    dictionary = parse(
        read_text(CLONE / "config/dictionary.yaml"), source="dictionary.yaml", model=Dictionary
    )
    stage(open_centre(files, source="synthetic", show_values=False), centre, dictionary)


def enter_transplants():
    from hematotox.cohort import enter

    text = read_text(Path("config/studies/transplants.yaml"))
    study = parse(text, source="transplants.yaml", model=Study)
    enter(Path("exports/transplants.csv").read_bytes(), study, source="real")


@pytest.mark.parametrize(
    ("tutorial", "name", "slip"),
    [
        (tutorial, name, slip)
        for tutorial, name in ((NORTH, "nord.yaml"), (TRANSPLANTS, "transplants.yaml"))
        for slip in tutorial.messages
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_slip_gives_the_message_of_the_tutorial(tutorial, name, slip, tmp_path, monkeypatch):
    folder_of(tmp_path, name, SLIPS[name][slip])
    monkeypatch.chdir(tmp_path)
    assert tutorial.messages[slip] in troubles(name)


def test_the_score_of_the_readme_is_what_the_program_says(tmp_path):
    readme = Tutorial(read_text(CLONE / "README.md"), "", {})
    (command, lines), *_ = [step for step in readme.steps if step[0].startswith("hematotox score")]
    printed = run(command, folder=tmp_path).splitlines()
    assert lines[0] == "..."
    assert set(lines[1:]) <= set(printed)


def test_every_slip_is_in_its_table():
    assert set(NORTH.messages) == set(SLIPS["nord.yaml"])
    assert set(TRANSPLANTS.messages) == set(SLIPS["transplants.yaml"])


# ---- the practice hospital, and a second one, from exports to reports ----------------------------


@pytest.fixture(scope="session")
def two_hospitals(shared_folder, made_once, snakemake):
    """A run of the paper's plan for the practice hospital, and of another plan for two.

    The second hospital is unknown to the demonstration: it gets synthetic patients of its own. Its
    plan compares nothing with the paper, and has one figure. Few bootstrap replicates are drawn, as
    no limit is looked at.
    """
    folder = shared_folder / "hospitals" / "run"
    with made_once(folder) as mine:
        if mine:
            new_run(folder, study="cart_sie")
            add_hospitals(folder)
            plan_studies(folder)
            few = ("--config", "studies=[north,both]", "bootstrap_replicates=20")
            done = snakemake(folder, "--cores", "2", *few)
            (folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
            assert done.returncode == 0, done.stderr
    return folder, (folder / "said.txt").read_text(encoding="utf-8")


def add_hospitals(folder):
    """Put the practice hospital into the run folder, and a second one that exports like it."""
    shutil.copytree(PRACTICE / "nord", folder / "exports" / "nord")
    text = (PRACTICE / "nord.yaml").read_text(encoding="utf-8")
    (folder / "config/centres/nord.yaml").write_text(text, encoding="utf-8")
    text = text.replace("id: nord", "id: sued").replace("Klinik Nord", "Klinik Süd")
    (folder / "config/centres/sued.yaml").write_text(text, encoding="utf-8")
    sued = parse(text, source="sued.yaml", model=Centre)
    for name, content in simulate((sued,), read_calibration(), 1).items():
        path = folder / "exports" / "sued" / Path(name).name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


NORTH_PLAN = """\
id: north
like: cart_sie
title: "Klinik Nord beside the paper"
centres: [nord]
published: config/published/cart_sie.csv
leave_out:
  analyses: [sensitivity, determinability, registry_icaht, registry_survival]
  displays: [sensitivity_late_icaht, sensitivity_early_icaht, sensitivity, determinability,
             registry, registry_figure]
displays:
  printed: {kind: agreement_table, title: "The printed numbers and ours"}
"""
"""Without what other tests run, which costs half of the time."""
BOTH_PLAN = """\
id: both
like: north
title: "Two hospitals"
centres: [nord, sued]
leave_out: {displays: [LEFT_OUT]}
"""


def plan_studies(folder):
    """Take over the paper's plan for one hospital, and for two without the paper's numbers."""
    studies = folder / "config" / "studies"
    (studies / "north.yaml").write_text(NORTH_PLAN, encoding="utf-8")
    own = {"studies": ["north"], "exports": "exports"}
    displays = read_declarations(own, run_folder=folder).studies["north"].displays
    left_out = ", ".join(sorted(set(displays) - {"table1", "figure1", "printed"}))
    (studies / "both.yaml").write_text(BOTH_PLAN.replace("LEFT_OUT", left_out), encoding="utf-8")


def test_both_reports_are_written_and_their_checks_find_nothing(two_hospitals) -> None:
    folder, said = two_hospitals
    for study in ("north", "both"):
        assert f"Open {folder.as_posix()}/results/reports/{study}.html" in said.splitlines()
        assert (folder / f"results/reports/{study}.html").is_file()
        checks = (folder / f"results/checks/{study}.csv").read_text(encoding="utf-8")
        assert checks == "check,where,message\n"


def test_every_patient_of_each_hospital_is_in_the_flow(two_hospitals) -> None:
    folder, _ = two_hospitals
    listed = {
        name: len(pd.read_csv(folder / f"results/staged/{name}/subjects.csv"))
        for name in ("nord", "sued")
    }
    assert listed["nord"] == 24
    assert listed["sued"] > 10
    for study, centres in (("north", ["nord"]), ("both", ["nord", "sued"])):
        population = pd.read_csv(folder / f"results/cohorts/{study}/population.csv")
        found = population.groupby("centre").size().to_dict()
        assert found == {name: listed[name] for name in centres}


def test_the_papers_numbers_stand_beside_ours_where_the_plan_names_them(two_hospitals) -> None:
    folder, _ = two_hospitals
    beside = pd.read_csv(folder / "results/agreement/north.csv", keep_default_na=False)
    assert {"differs", "not comparable"} <= set(beside["verdict"])
    assert "simulator" not in " ".join(beside["reason"]), "no limits made for synthetic patients"
    assert not (folder / "results/agreement/both.csv").exists()
    assert "printed numbers" not in (folder / "results/reports/both.html").read_text("utf-8")


def test_no_message_or_log_names_a_patient(two_hospitals) -> None:
    """Birth dates are as telling as numbers, and easier to look for."""
    folder, said = two_hospitals
    born = re.findall(
        r"(?<=;)[0-9]{2}\.[0-9]{2}\.19[0-9]{2}(?=;)",
        (folder / "exports/nord/patienten.csv").read_text(encoding="cp1252"),
    )
    assert len(born) > 20
    logs = [*(folder / "results/logs").rglob("*"), *(folder / ".snakemake/log").iterdir()]
    texts = [said, *(p.read_text(encoding="utf-8") for p in logs if p.is_file())]
    assert len(texts) > 10
    for text in texts:
        assert not [date for date in born if date in text]
