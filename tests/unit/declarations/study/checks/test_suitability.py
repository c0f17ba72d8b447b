"""An analysis that could only give a wrong number is refused before the first job."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import Named
from hematotox.declarations.study.checks.suitability import suitability_troubles
from hematotox.declarations.study.planning import planned_endpoints, planned_variables
from hematotox.declarations.study.study import Study

NO_NAMES = Named(scores={}, conventions={})
LINE = "one: {method: cox, endpoint: survival, exposure: risk}"


@pytest.fixture
def troubles(table_study, dictionary, endpoints):
    def of(analysis: str) -> list[str]:
        text = table_study.replace(LINE, f"one: {analysis}")
        study = parse(text, source="small.yaml", model=Study)
        variables = planned_variables(study, dictionary, endpoints, NO_NAMES)
        known = planned_endpoints(study, endpoints, NO_NAMES)
        return [
            f"{'.'.join(path[2:])}: {words}"
            for path, words in suitability_troubles(study, variables, known)
        ]

    return of


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        # a survival method on an endpoint without a time, and the other way round
        (
            "{method: kaplan_meier, endpoint: response}",
            "endpoint: kaplan_meier needs an endpoint w",
        ),
        (
            "{method: cox, endpoint: response, exposure: age}",
            "endpoint: cox needs an endpoint with",
        ),
        (
            "{method: logistic, endpoint: survival, exposure: risk}",
            "endpoint: logistic needs an endpoint that happened or not; this one has a time, and a "
            "patient censored early would count as one without the event",
        ),
        ("{method: roc, endpoint: survival, marker: age}", "endpoint: roc needs an endpoint that"),
        # a curve for every age
        (
            "{method: kaplan_meier, endpoint: survival, exposure: age}",
            "exposure: must be a category",
        ),
        (
            "{method: log_rank, endpoint: survival, exposure: age}",
            "exposure: must be a category; age",
        ),
        (
            "{method: cox, endpoint: survival, exposure: risk, strata: age}",
            "strata: must be a category; age is a number",
        ),
        (
            "{method: cox, endpoint: survival, exposure: risk, by: age}",
            "by: must be a category; age",
        ),
        (
            "{method: describe, variables: [age], groups: age}",
            "groups: must be a category; age is a",
        ),
        (
            "{method: correlation, exposure: age, compare: risk}",
            "compare: must be a number; risk is",
        ),
        (
            "{method: correlation, exposure: age, compare: age, by: age}",
            "by: must be a category; age is a number",
        ),
        # a test that is never positive, a group that nobody is in
        (
            "{method: diagnostic_accuracy, endpoint: response, exposure: risk, positive: hihg}",
            'positive: risk has no level "hihg"; its levels are low, high',
        ),
        (
            "{method: paired_tests, endpoint: response, exposure: risk, positive: high, "
            "compare: stage, compare_positive: iv}",
            'compare_positive: stage has no level "iv"; its levels are early, late, last',
        ),
        (
            "{method: cox, endpoint: survival, exposure: age, within: {risk: hi}}",
            'within.risk: risk has no level "hi"; its levels are low, high',
        ),
        # three groups where one odds ratio a centre is asked for
        (
            "{method: random_effects, endpoint: response, exposure: stage}",
            "exposure: must have two levels; those of stage: early, late, last",
        ),
        # a landmark needs a time
        (
            "{method: logistic, endpoint: response, exposure: risk, landmark: 30}",
            "landmark: only an analysis of an endpoint with a time can have a landmark",
        ),
        ("{method: describe, variables: [age], landmark: 30}", "landmark: only an analysis of an"),
    ],
)
def test_what_does_not_fit_is_told(troubles, analysis: str, message: str) -> None:
    (found,) = troubles(analysis)
    assert found.startswith(message)


@pytest.mark.parametrize(
    "analysis",
    [
        "{method: cox, endpoint: survival, exposure: age, strata: centre, cluster: centre}",
        "{method: fine_gray, endpoint: survival, exposure: age, landmark: 30}",
        "{method: logistic, endpoint: response, exposure: age, within: {risk: high}}",
        "{method: roc, endpoint: response, marker: risk, compare: age}",
        "{method: proportion, endpoint: survival, exposure: risk}",
        "{method: random_effects, endpoint: response, exposure: risk}",
        "{method: describe, variables: [age, risk], groups: centre}",
    ],
)
def test_what_fits_is_accepted(troubles, analysis: str) -> None:
    assert troubles(analysis) == []
