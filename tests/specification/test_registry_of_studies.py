"""Every study's report places its estimates among the published ones, or says why not."""

import pytest

from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE

WITHOUT = {
    "bmt_example": "bone marrow transplants: no CAR T cells, no score of the registry",
    "gla_drst_hscb": "validates no score; the registry has no other study of boosts",
}
OWN_PAPER = {"cart_sie": "SIE25", "de_boer": "BOER25", "rejeski_2021": "REJ21"}
FILES = sorted((CLONE / "config" / "studies").glob("*.yaml"))
STUDIES = [path.stem for path in FILES if "\nasks_for:" not in path.read_text(encoding="utf-8")]
"""All but the template."""


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_has_a_forest_and_a_table_of_the_registry(name: str, tmp_path) -> None:
    run = read_catalogue({"studies": [name], "exports": "results/exports"}, run_folder=tmp_path)
    study = run.studies[name]
    kinds = {display.kind for display in study.displays.values()}
    wanted = {"registry_table", "registry_forest"}
    assert (wanted & kinds) == (set() if name in WITHOUT else wanted)


@pytest.mark.parametrize("name", sorted(OWN_PAPER))
def test_a_study_does_not_stand_beside_its_own_paper(name: str, tmp_path) -> None:
    run = read_catalogue({"studies": [name], "exports": "results/exports"}, run_folder=tmp_path)
    registry = [a for a in run.studies[name].analyses.values() if a.method == "registry"]
    assert registry
    assert all(OWN_PAPER[name] in analysis.reproduces for analysis in registry)


def test_the_pages_say_why_some_have_none() -> None:
    page = (CLONE / "docs" / "registry.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in WITHOUT)
