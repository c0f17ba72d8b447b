"""A folder for real data lies outside the clone, and keeps its patients out of repositories."""

import shutil
from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.run import RunSettings
from hematotox.errors import UserError
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.run_folder import new_run


def test_a_new_folder_has_what_a_run_needs(tmp_path) -> None:
    folder = tmp_path / "deep" / "run"
    lines = new_run(folder, study="bmt_example")
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert files == {
        ".gitignore",
        "config/config.yaml",
        "exports/README.txt",
    }
    assert (folder / "config" / "centres").is_dir()
    assert not list((folder / "config" / "studies").iterdir()), "a copy gets no repair"
    assert str(CLONE / "Snakefile") in lines[-1], "the command works from anywhere"
    assert "hematotox study new NAME --like bmt_example --centres" in " ".join(lines)
    settings = parse(
        (folder / "config" / "config.yaml").read_text(), source="config.yaml", model=RunSettings
    )
    assert settings.exports == "exports", "not the synthetic ones"
    assert settings.studies == ("bmt_example",)


def test_git_ignores_everything_in_it(tmp_path) -> None:
    new_run(tmp_path / "run", study="bmt_example")
    rules = (tmp_path / "run" / ".gitignore").read_text().splitlines()
    assert [line for line in rules if not line.startswith("#")] == ["*", "!.gitignore"]


def test_the_run_reads_its_own_declarations(tmp_path) -> None:
    folder = tmp_path / "run"
    new_run(folder, study="bmt_example")
    shutil.copy(CLONE / "config" / "studies" / "bmt_example.yaml", folder / "config" / "studies")
    run = read_catalogue({"studies": ["bmt_example"]}, run_folder=folder)
    assert run.declarations_used["studies/bmt_example"].startswith("run folder: ")
    assert run.declarations_used["./dictionary"].startswith("clone: ")


def test_an_empty_folder_that_is_there_may_be_used(tmp_path) -> None:
    (tmp_path / "run").mkdir()
    assert new_run(tmp_path / "run", study="bmt_example")


@pytest.mark.parametrize("folder", [CLONE, CLONE / "run", CLONE / "results" / ".." / "run"])
def test_a_folder_inside_the_clone_is_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="lies inside the program's own folder"):
        new_run(folder, study="bmt_example")
    assert not (CLONE / "run").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path) -> None:
    (tmp_path / "thesis.docx").write_text("")
    with pytest.raises(UserError, match="is not empty; name a new folder"):
        new_run(tmp_path, study="bmt_example")
    with pytest.raises(UserError, match="is not empty; name a new folder"):
        new_run(tmp_path / "thesis.docx", study="bmt_example")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["thesis.docx"]


def test_a_study_that_does_not_exist_is_refused_and_nothing_is_made(tmp_path) -> None:
    with pytest.raises(UserError, match=r'there is no study "bmt"; known are: .*bmt_example'):
        new_run(tmp_path / "run", study="bmt")
    assert not (tmp_path / "run").exists()
