"""A graded endpoint without a convention, or with one that lacks its window, is refused."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.grading_check import grading_troubles
from hematotox.declarations.study.study import Study

GRADED = "one: {method: logistic, endpoint: late_icaht_ge3,"
SURVIVAL = "one: {method: cox, endpoint: overall_survival,"
CHOSEN = "conventions: {primary: cart_sie}"


@pytest.mark.parametrize(
    ("changes", "troubles"),
    [
        ({SURVIVAL: GRADED}, []),
        ({CHOSEN: ""}, []),
        (
            {SURVIVAL: GRADED, CHOSEN: ""},
            [
                "analyses.one.endpoint: late_icaht_ge3 is a grade, and neither it nor the study "
                "says how it is graded; the study needs conventions: {primary: …}"
            ],
        ),
        (
            {SURVIVAL: GRADED, "cart_sie": "phenotype"},
            [
                "analyses.one.endpoint: late_icaht_ge3 is graded in the window late, which "
                "convention phenotype does not have; it has course"
            ],
        ),
        (
            {CHOSEN: "endpoints: [overall_survival, late_icaht_ge3]"},
            ["endpoints.1: late_icaht_ge3 is a grade,"],
        ),
        (
            {CHOSEN: "linear_predictors: {p: {covariates: [age, late_icaht_ge3.status]}}"},
            ["linear_predictors.p.covariates.1: late_icaht_ge3 is a grade,"],
        ),
        (
            {CHOSEN: "", "population: ht}": "covariates: [late_icaht_ge3.status]}"},
            ["analyses.one.covariates.0: late_icaht_ge3 is a grade,"],
        ),
        (
            {
                CHOSEN: "",
                "analyses:\n": "analyses:\n"
                "  two: {method: missingness, score: ht, endpoints: [late_icaht_ge3]}\n",
            },
            ["analyses.two.endpoints: late_icaht_ge3 is a grade,"],
        ),
    ],
)
def test_who_grades_a_graded_endpoint(centre_study, endpoints, named, changes, troubles) -> None:
    centre_study += f"{CHOSEN}\n"
    for old, new in changes.items():
        assert old in centre_study
        centre_study = centre_study.replace(old, new)
    study = parse(centre_study, source="small.yaml", model=Study)
    found = [
        f"{'.'.join(map(str, path))}: {words}"
        for path, words in grading_troubles(study, endpoints, named.conventions)
    ]
    assert len(found) == len(troubles)
    for line, start in zip(found, troubles, strict=True):
        assert line.startswith(start)


def test_the_studys_convention_does_not_replace_an_endpoints_own(
    centre_study, endpoints, named
) -> None:
    """An endpoint that names its convention needs none of the study's."""
    own = next(
        name
        for name, one in endpoints.endpoints.items()
        if getattr(one, "convention", None) == "cart_sie"
    )
    text = f"{centre_study}endpoints: [{own}]\n"
    study = parse(text, source="small.yaml", model=Study)
    assert list(grading_troubles(study, endpoints, named.conventions)) == []
