"""The page on plans: its excerpts stand in CART-SIE's plan, its examples are plans that run."""

import re
import shutil
from pathlib import Path

import pytest

from hematotox.run.catalogue import read_declarations
from hematotox.run.files import CLONE
from hematotox.scaffold.study_check import check_study

PAGE = (CLONE / "docs" / "reading_a_plan.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
FILES = {
    found[1]: block
    for block in BLOCKS
    if (found := re.match(r"# (config/\S+\.yaml)\n", block)) is not None
}
STUDIES = sorted(Path(name).stem for name in FILES if name.startswith("config/studies/"))


@pytest.fixture
def run_folder(tmp_path: Path, monkeypatch) -> Path:
    """A run folder with the practice hospital and every file of the page."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "config" / "centres").mkdir()
    shutil.copy(CLONE / "docs" / "tutorial" / "nord.yaml", tmp_path / "config" / "centres")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_excerpts_stand_in_the_plan() -> None:
    plan = (CLONE / "config" / "studies" / "cart_sie.yaml").read_text(encoding="utf-8")
    excerpts = [block for block in BLOCKS if not block.startswith("# config/")]
    shown = {line for block in excerpts for line in block.splitlines()}
    assert len(shown) > 15
    assert shown <= set(plan.splitlines())


def test_the_page_counts_right() -> None:
    found = read_declarations({"studies": ["cart_sie"]}, run_folder=CLONE).studies["cart_sie"]
    members = [name for name in found.analyses if name.startswith("toxicity.")]
    assert f"That makes {len(members)} analyses" in PAGE


def test_all_five_are_there() -> None:
    assert {"myeloma", "own_score", "event_free", "by_grade", "by_product"} < set(STUDIES)


@pytest.mark.parametrize("study", STUDIES)
def test_an_example_is_a_plan(run_folder: Path, study: str) -> None:
    found = check_study(study, run_folder=Path())
    assert " displays fit " in found[0]
    assert "What its centres do not hold:" not in found, "the practice hospital holds all of it"


def test_new_therapy_is_an_event(run_folder: Path) -> None:
    found = read_declarations({"studies": ["event_free"]}, run_folder=Path())
    endpoint = found.endpoints.endpoints["event_free_survival"]
    assert endpoint.new_therapy == "event"
    assert "survival.event_free_survival.ht.curve" in found.studies["event_free"].analyses
    assert found.endpoints.endpoints["overall_survival"].label == "Overall survival"
