"""Words that stand in print alone are no part of what makes numbers: an edited label redraws."""

import re
import shutil
from pathlib import Path

import pytest
from pydantic import Field

from hematotox.declarations.base import Declaration, Text
from hematotox.declarations.in_print import Printed, PrintedLabels, without_print
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE
from hematotox.run.sections import Catalogue

STUDIES = ["cart_sie", "nih_all_ht", "bmt_example", "severe_infection_by_ht"]
"""From staged centres (the second with days of a grade), an analysis-ready and a 2x2 table."""
RULES = CLONE / "workflow" / "rules"
OF_DRAWING = {"definitions_section", "displays_section", "report_section", "on_site_section"}


def catalogue(folder: Path) -> Catalogue:
    return read_catalogue({"studies": STUDIES, "exports": "results/exports"}, run_folder=folder)


def of_numbers(run: Catalogue) -> dict[str, str]:
    """Return what staging, cohort, scores, estimates and simulated exports depend on."""
    centres = [run.centre_section(centre) for centre in run.centres]
    found = {"dictionary": run.dictionary_section, "centres": "\n".join(centres)}
    for study in STUDIES:
        found[f"cohort of {study}"] = run.cohort_section(study)
        found[f"scores of {study}"] = run.scores_section(study)
        found[f"plan of {study}"] = run.plan_section(study)
    return found


def of_drawing(run: Catalogue) -> list[str]:
    drawn = [run.displays_section(study, w) for study in STUDIES for w in ("tables", "figures")]
    told = [run.report_section(study) + run.definitions_section(study) for study in STUDIES]
    return [*drawn, *told]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A run folder with a copy of all declarations, and its catalogue."""
    folder = tmp_path_factory.mktemp("run")
    shutil.copytree(CLONE / "config", folder / "config")
    for name in ("dictionary", "endpoints"):
        path = folder / "config" / f"{name}.yaml"
        path.write_text("replaces: all\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return folder, catalogue(folder)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("dictionary.yaml", "label: Sex", "label: Gender"),
        ("dictionary.yaml", "female: Female", "female: Women"),
        ("endpoints.yaml", "label: Overall survival", "label: Survival"),
        ("endpoints.yaml", "severe neutropenia (days 0-30)", "neutropenia (days 0-30)"),
        ("scores/ht.yaml", "name: CAR-HEMATOTOX", "name: HT"),
        ("scores/ht.yaml", 'citation: "Rejeski et al.', 'citation: "Rejeski'),
        ("scores/ht.yaml", 'low: "low (0-1)"', 'low: "0 to 1"'),
        ("conventions/cart_sie.yaml", "name: CART-SIE", "name: CART SIE"),
        ("conventions/cart_sie.yaml", 'citation: "CART-SIE val', 'citation: "Val'),
        ("studies/cart_sie.yaml", 'label: "Stage III-IV"', 'label: "Advanced stage"'),
        ("studies/cart_sie.yaml", "label: Previous lines of therapy", "label: Lines"),
        ("studies/cart_sie.yaml", 'three_or_more: "3 or more"', 'three_or_more: ">=3"'),
        ("studies/bmt_example.yaml", "label: Patient age", "label: Age"),
        ("studies/bmt_example.yaml", "other: not M4 or M5", "other: others"),
        ("studies/bmt_example.yaml", "label: Platelet recovery", "label: Recovery"),
        ("studies/bmt_example.yaml", "relapse: relapse,", "relapse: recurrence,"),
        ("studies/severe_infection_by_ht.yaml", "  label: CAR-HEMATOTOX", "  label: HT"),
    ],
)
def test_an_edited_label_redraws_and_reckons_nothing(config, file, old, new) -> None:
    folder, before = config
    path = folder / "config" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    try:
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        after = catalogue(folder)
    finally:
        path.write_text(text, encoding="utf-8")
    assert of_numbers(after) == of_numbers(before)
    assert of_drawing(after) != of_drawing(before)


def test_an_edited_number_reckons_again(config) -> None:
    folder, before = config
    path = folder / "config" / "studies" / "cart_sie.yaml"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text.replace('at_least: 3, label: "Stage', 'at_least: 4, label: "Stage'))
        after = catalogue(folder)
    finally:
        path.write_text(text, encoding="utf-8")
    assert of_numbers(after)["cohort of cart_sie"] != of_numbers(before)["cohort of cart_sie"]


def test_no_rule_that_makes_numbers_is_given_the_words() -> None:
    named = {
        path.stem: set(re.findall(r"RUN\.(\w+_section)\b", path.read_text(encoding="utf-8")))
        for path in RULES.glob("*.smk")
    }
    with_words = {rules for rules, sections in named.items() if sections & OF_DRAWING}
    assert with_words == {"reporting", "manuscript", "on_site"}


class Inner(Declaration):
    label: Printed
    at_least: int = 0


class Outer(Declaration):
    title: Printed | None = None
    kept: Text | None = None
    levels: dict[str, Printed] | None = None
    labels: PrintedLabels = Field(default={})
    parts: tuple[Inner, ...] = ()
    named: dict[str, Inner] = Field(default={})


def test_words_leave_and_all_else_stays() -> None:
    inner = Inner(label="a", at_least=3)
    whole = Outer(
        title="t",
        kept="k",
        levels={"x": "X"},
        labels={"x": "X"},
        parts=(inner,),
        named={"n": inner},
    )
    bare = without_print(whole)
    without = Inner(label="-", at_least=3)
    assert bare == Outer(kept="k", levels={"x": "x"}, parts=(without,), named={"n": without})
    assert without_print(Outer()) == Outer(), "no words were added"
