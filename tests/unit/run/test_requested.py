"""A study that the command line names is run, whether or not the settings list it."""

from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.requested import requested_studies, target_words


def words(*command: str) -> frozenset[str]:
    parse = get_argument_parser().parse_args
    return target_words(["snakemake", *command], run_folder=CLONE, parse=parse)


def requested(*command: str, listed: tuple[str, ...] = ("cart_sie",)) -> tuple[str, ...]:
    return requested_studies(words(*command), listed=listed, run_folder=CLONE)


@pytest.mark.parametrize(
    "target",
    [
        "de_boer",
        "estimate_de_boer",
        "results/estimates/de_boer.csv",
        "results/checks/de_boer.second_opinion.csv",
        "results/displays/de_boer/table1.docx",
        "results/staged/nl_01/findings.csv",
    ],
)
def test_what_the_command_line_asks_for_is_found(target: str) -> None:
    assert requested("--cores", "8", target) == ("de_boer",)
    assert requested("--cores", "8", target, listed=("de_boer",)) == ()


def test_a_job_of_a_cluster_knows_its_study() -> None:
    assert requested("--target-jobs", "build_cohort:study=de_boer") == ("de_boer",)
    assert requested("--target-jobs", "stage_centre:centre=nl_01") == ("de_boer",)
    assert requested("--target-jobs", "draw_figures_de_boer:") == ("de_boer",)


def test_a_folder_or_a_setting_with_the_name_of_a_study_asks_for_nothing() -> None:
    assert words("--directory", "/data/de_boer", "--config", "studies=[de_boer]") == frozenset()
    assert requested("--snakefile", "/nl_01/Snakefile", "--cores", "8", "all") == ()


def test_a_centre_of_a_listed_study_asks_for_no_other(tmp_path: Path) -> None:
    plan = tmp_path / "config" / "studies" / "a_north.yaml"
    plan.parent.mkdir(parents=True)
    plan.write_text("id: a_north\ncentres: [sie_01]\n")
    found = {"sie_01"}
    assert requested_studies(found, listed=("cart_sie",), run_folder=tmp_path) == ()
    assert requested_studies(found, listed=("de_boer",), run_folder=tmp_path) == ("a_north",)
    plan.write_text("not: [yaml\n")
    assert requested_studies(found, listed=("de_boer",), run_folder=tmp_path) == ("cart_sie",)


def test_the_parser_is_asked_only_where_a_name_is_there() -> None:
    def never(_: object) -> None:
        raise AssertionError

    command = ["snakemake", "--cores", "8", "all"]
    assert target_words(command, run_folder=CLONE, parse=never) == frozenset()
    other = ["pytest", "de_boer"]
    assert target_words(other, run_folder=CLONE, parse=never) == frozenset(), "not Snakemake's"


def test_a_requested_study_is_read_and_the_settings_stay(tmp_path: Path) -> None:
    config = {"studies": ["bmt_example"], "exports": "results/exports"}
    run = read_catalogue(config, run_folder=tmp_path, words=["rejeski_2021"])
    assert list(run.studies) == ["bmt_example", "rejeski_2021"]
    assert run.settings.studies == ("bmt_example",)
