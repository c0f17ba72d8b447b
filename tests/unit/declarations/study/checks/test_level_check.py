"""Levels that a plan names are levels of their variables; several may count as one."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.checks.level_check import level_troubles
from hematotox.declarations.study.planning import planned_variables
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.study_words import study_words
from hematotox.errors import UserError

IPI = "  ipi_high: {variable: ipi, at_least: 3}\n"
MERGED = "{variable: histology, levels: {dlbcl: [dlbcl, tfl], hgbl: [hgbl]}}"


def study(text: str, covariate: str) -> Study:
    return parse(text.replace(IPI, f"  own: {covariate}\n"), source="s", model=Study)


@pytest.mark.parametrize(
    ("covariate", "troubles"),
    [
        (MERGED, []),
        ("{variable: histology, levels: [dlbcl, hgbl]}", []),
        (
            "{variable: histology, levels: [dlbcl, hgbcl]}",
            ['covariates.own.levels.1: there is no level of histology "hgbcl". Is "hgbl" meant?'],
        ),
        (
            "{variable: histology, levels: {dlbcl: [dlbcl, tlf]}}",
            ['covariates.own.levels.dlbcl.1: there is no level of histology "tlf". Is "tfl" mea'],
        ),
        (
            "{variable: histology, levels: {dlbcl: [tfl]}}",
            ["covariates.own.levels.dlbcl: the level dlbcl itself does not count as dlbcl; add it"],
        ),
        (
            "{variable: bridging_response, yes: [dp]}",
            ["covariates.own.yes.0: there is no level of"],
        ),
        (
            "{variable: ipi, levels: [low]}",
            ["covariates.own.levels: ipi is no category; use bands"],
        ),
    ],
)
def test_levels_of_a_covariate(centre_study, dictionary, covariate, troubles) -> None:
    found = level_troubles(study(centre_study, covariate), dictionary)
    lines = [f"{'.'.join(map(str, path))}: {words}" for path, words in found]
    assert len(lines) == len(troubles)
    for line, start in zip(lines, troubles, strict=True):
        assert line.startswith(start)


def test_levels_of_a_criterion(centre_study, dictionary) -> None:
    changed = parse(centre_study.replace("in: [lbcl]", "in: [lbcl, lcbl]"), source="s", model=Study)
    ((path, words),) = level_troubles(changed, dictionary)
    assert path == ("population", 0, "include", "in", 1)
    assert words.startswith('there is no level of disease "lcbl". Is "lbcl" meant? Known are: ')


def test_a_level_counts_once(centre_study) -> None:
    twice = "{variable: histology, levels: {dlbcl: [dlbcl, tfl], other: [tfl]}}"
    with pytest.raises(UserError, match=r'covariates\.own\.levels: "tfl" is counted twice'):
        study(centre_study, twice)


def test_a_level_counts_somebody_and_is_of_a_variable_that_exists(
    centre_study, dictionary, endpoints, named
) -> None:
    with pytest.raises(UserError, match=r'covariates\.own\.levels: "big" counts nobody'):
        study(centre_study, "{variable: histology, levels: {big: []}}")
    absent = study(centre_study, "{variable: histologie, levels: [dlbcl]}")
    troubles = [words for _, words in study_troubles(absent, dictionary, endpoints, named)]
    assert troubles[0].startswith('there is no variable of the dictionary "histologie"')


def test_a_level_that_is_not_named_counts_under_its_own_name(
    centre_study, dictionary, endpoints, named
) -> None:
    """After those of the plan, with the words of the dictionary."""
    declared = study(centre_study, MERGED)
    planned = planned_variables(declared, dictionary, endpoints, named)["own"]
    assert planned.levels == ("dlbcl", "hgbl")
    assert planned.further == ("pmbcl", "fl", "mcl", "mzl", "b_all", "mm", "other")
    words = study_words(declared, dictionary, endpoints, named).variables["own"].levels
    assert list(words) == [*planned.levels, *planned.further]
    assert words["pmbcl"] == "Primary mediastinal B-cell lymphoma"
