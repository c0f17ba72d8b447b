"""More curves in a panel than can be told apart are refused before the first job."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import Named, study_troubles
from hematotox.declarations.study.study import Study

SEVEN = ", ".join(f'"{i}": level{i}' for i in range(7))
CAUSES = '{"0": censored, "1": one, "2": two, "3": three, "4": four}'


@pytest.fixture
def troubles(table_study, dictionary, endpoints):
    def of(analysis: str, display: str) -> list[str]:
        text = (
            table_study.replace(
                "age: {column: age, unit: a}",
                f"age: {{column: age, unit: a}}\n    site: {{column: site, values: {{{SEVEN}}}}}",
            )
            .replace(
                'values: {"0": censored, "1": event}}\n    response',
                f"values: {CAUSES}, causes: [one, two, three, four]}}\n    response",
            )
            .replace(
                "  figure: {kind: forest, title: Figure, analyses: [one]}", f"  figure: {display}"
            )
        )
        text = text.replace("displays:", f"  two: {analysis}\ndisplays:")
        study = parse(text, source="small.yaml", model=Study)
        found = study_troubles(study, dictionary, endpoints, Named(scores={}, conventions={}))
        return [f"{'.'.join(map(str, path))}: {words}" for path, words in found]

    return of


SURVIVAL = "{method: kaplan_meier, endpoint: survival, exposure: %s}"
INCIDENCE = "{method: cumulative_incidence, endpoint: survival, exposure: %s}"


@pytest.mark.parametrize(
    ("analysis", "display", "told"),
    [
        (
            SURVIVAL % "site",
            "{kind: kaplan_meier, title: F, analyses: [two]}",
            ["displays.figure.analyses: 7 curves are more than the 6 that can be told apart in one "
             "panel: give some a panel or a figure of their own, or join levels of the variable"],
        ),
        (SURVIVAL % "stage", "{kind: kaplan_meier, title: F, analyses: [two]}", []),
        (SURVIVAL % "centre", "{kind: kaplan_meier, title: F, analyses: [two]}", []),
        (
            INCIDENCE % "risk",
            "{kind: cumulative_incidence, title: F, panels: [{analyses: [two]}]}",
            ["displays.figure.panels.0.analyses: 4 causes are more than the 3 of several groups: "
             "name those to show (causes)"],
        ),
        (
            INCIDENCE % "risk",
            "{kind: cumulative_incidence, title: F, causes: [one, two], analyses: [two]}",
            [],
        ),
    ],
)  # fmt: skip
def test_a_panel_that_nobody_could_read_is_refused(troubles, analysis, display, told):
    assert troubles(analysis, display) == told
