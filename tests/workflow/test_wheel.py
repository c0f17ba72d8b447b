"""The package works without the clone, and conda's environment has what a run needs."""

import os
import shlex
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hematotox.cli import main
from hematotox.run.files import CLONE

HIGH = ["platelets=80:10*9/L", "anc=0.9:10*9/L", "hemoglobin=8.7:g/dL", "crp=4.1:mg/dL"]
SCORE = ["score", "--ht", *HIGH, "ferritin=900:ng/mL"]
COURSE = "".join(f"1,{day},{0.2 if day < 20 else 2.4}\n" for day in range(0, 61, 2))


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """The command of the wheel in a new environment that sees the libraries and not the clone."""
    folder = tmp_path_factory.mktemp("without_clone")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CLONE, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    python = folder / "venv" / "bin" / "python"
    install = ["install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    libraries = Path(pd.__file__).parents[1]
    (site / "libraries.pth").write_text(f"{libraries}\n")  # a .pth in that folder is not followed
    return folder / "venv" / "bin" / "hematotox"


def said(program: Path, folder: Path, *words: str) -> str:
    run = subprocess.run(
        [program, *words], cwd=folder, capture_output=True, text=True, env={"PATH": ""}, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_wheel_scores_and_grades_without_the_clone(program, tmp_path, capsys) -> None:
    (tmp_path / "anc.csv").write_text(f"patient,day,anc\n{COURSE}", encoding="utf-8")
    grade = ["grade", str(tmp_path / "anc.csv"), "--convention", "consensus"]
    for words in (SCORE, [*grade, "--unit", "10*9/L"]):
        here = main(words)
        out, err = capsys.readouterr()
        assert here == 0, err
        assert said(program, tmp_path, *words) == out


def test_a_wheel_knows_the_declarations_of_its_own_folder(program, tmp_path) -> None:
    text = said(program, tmp_path, "new-run", "run", "--study", "bmt_example")
    assert "Made run." in text
    assert str(CLONE) not in text
    words = shlex.split(text.rpartition("4. Run: ")[2])
    plan = [program.parent / "python", "-m", *words, "--dry-run"]
    run = subprocess.run(
        plan, cwd=tmp_path, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert run.returncode == 0, run.stderr
    assert "writing the report of bmt_example" in run.stderr


def test_condas_environment_needs_nothing_that_it_does_not_list() -> None:
    """Each library of the list, as it is installed here, asks only for others of the list."""
    declared = yaml.safe_load((CLONE / "envs" / "python.yaml").read_text(encoding="utf-8"))
    *_, pip = declared["dependencies"]
    wanted = [Requirement(line) for line in pip["pip"]]
    pins = {canonicalize_name(one.name): one for one in wanted if _counts(one)}
    for name, pin in pins.items():
        if name.startswith("snakemake-executor-plugin"):
            continue  # for clusters; not part of what the tests run with
        found = distribution(name)
        assert pin.specifier.contains(found.version), name
        for text in found.requires or []:
            need = Requirement(text)
            if _counts(need):
                assert canonicalize_name(need.name) in pins, (name, text)


def _counts(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})
