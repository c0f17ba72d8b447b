"""What is said where nobody could be analysed: once, with the reason, never in a flow figure."""

from typing import Any

import pytest

from hematotox.declarations.study.kinds.flow import FlowFigure
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.words import VariableWords, Words
from hematotox.reporting import draw_figures, draw_tables, report
from hematotox.reporting.tables.baseline_table import died_before_infusion
from hematotox.reporting.tables.findings_tables import KINDS
from hematotox.reporting.tables.flow_tables import evaluability_table
from hematotox.reporting.tables.tables import printed_table
from hematotox.reporting.words.nobody_analysed import empty_analyses, nothing_to_show
from hematotox.reporting.words.notes import test_note as note_on_tests
from hematotox.reporting.words.rows import as_rows

NAMES = tuple(f"endpoint_{number}_adjusted" for number in range(6))


def _words() -> Words:
    return Words(
        study="s",
        title="T",
        variables={"refractory": VariableWords(label="Refractory disease")},
        endpoints={},
        scores={"ht": "CAR-HEMATOTOX"},
    )


def _nobody(make: Any, name: str, reason: str = "refractory unknown", count: int = 137) -> list:
    left = {"analysis": name, "n": count + 2}
    return [
        make.row("evaluability", "count", term="analysed", estimate=0, **left),
        make.row("evaluability", "count", term="stage unknown", estimate=2, **left),
        make.row("evaluability", "count", term=reason, estimate=count, **left),
        make.row(
            "logistic", "count", analysis=name, term="analysed", estimate=0, n=0,
            condition="no patients",
        ),
    ]  # fmt: skip


def _study(make: Any) -> Any:
    rows = [row for i, name in enumerate(NAMES) for row in _nobody(make, name, count=135 + i % 3)]
    return make.estimates(*rows, make.ratio(2.0, 1.0, 4.0, analysis="crude"))


def test_one_sentence_names_the_common_reason(make: Any) -> None:
    assert empty_analyses(_study(make), NAMES, _words()) == [
        "In 6 analyses no patient can be analysed: Refractory disease unknown (135 to 137)."
    ]
    assert empty_analyses(_study(make), NAMES[:1], _words()) == [
        "Endpoint 0 adjusted: no patient can be analysed: Refractory disease unknown (135)."
    ]
    assert empty_analyses(_study(make), ["crude"], _words()) == []


def test_every_covariate_that_nobody_has_is_named(make: Any) -> None:
    more = make.row("evaluability", "count", analysis="a", term="bulky unknown", estimate=0, n=139)
    assert empty_analyses(make.estimates(*_nobody(make, "a"), more), ["a"], _words()) == [
        "A: no patient can be analysed: Refractory disease unknown (137); bulky unknown in all."
    ]


def test_several_reasons_say_of_how_many_analyses(make: Any) -> None:
    other = "endpoint not evaluable: the export of lyon does not hold second malignancies"
    rows = [*_nobody(make, "a"), *_nobody(make, "b"), *_nobody(make, "c", other, 70)]
    [said] = empty_analyses(make.estimates(*rows), ["a", "b", "c"], _words())
    assert said == (
        "In 3 analyses no patient can be analysed: Refractory disease unknown (137, in 2 of them); "
        "the export of lyon does not hold second malignancies (70, in 1 of them)."
    )


def _table(*analyses: str) -> RegressionTable:
    return RegressionTable(kind="regression_table", title="Table 2. Effects", analyses=analyses)


def test_a_table_says_it_once(make: Any) -> None:
    notes = printed_table(_study(make), _table(*NAMES, "crude"), _words()).notes
    assert sum("no patient can be analysed" in note for note in notes) == 1


def test_the_flow_figure_says_nothing_of_analyses(make: Any) -> None:
    flow = make.row("attrition", "count", analysis="patients", term="In the exports", time=0,
                    n=139, n_event=0, estimate=139)  # fmt: skip
    rows = [row for name in NAMES for row in _nobody(make, name)]
    plan = _plan({"figure1": FlowFigure(kind="flow", title="Figure 1. Patients")})
    drawn = draw_figures(make.estimates(flow, *rows), plan)
    text = drawn["figure1.svg"].decode()
    assert "In the exports" in text
    assert "139" in text
    assert "no patient" not in text


def _plan(displays: dict[str, Any]) -> Any:
    from hematotox.declarations.study.displays import DisplayPlan

    return DisplayPlan(displays=displays, words=_words())


def test_a_display_with_nothing_to_show_is_a_sentence_in_the_report(make: Any) -> None:
    from pathlib import Path

    from hematotox.reporting.report_page import Page

    template = Path(__file__).parents[4] / "workflow" / "report" / "page.html"
    plan = _plan({"table2": _table(*NAMES), "table3": _table(*NAMES, "crude")})
    rows = _study(make)
    page = Page(plan=plan, estimates=rows, template=template.read_text(encoding="utf-8"))
    text = report(draw_tables(rows, plan), page).decode()
    said = "Nothing to show. In 6 analyses no patient can be analysed: Refractory disease unknown"
    assert text.count(said) == 1
    assert nothing_to_show(rows, _table(*NAMES, "crude"), _words()) == ""


def test_the_reader_is_told_beside_the_evaluability(make: Any) -> None:
    from pathlib import Path

    from hematotox.reporting.report_page import Page

    template = Path(__file__).parents[4] / "workflow" / "report" / "page.html"
    page = Page(plan=_plan({}), estimates=_study(make), template=template.read_text())
    text = report({}, page).decode()
    patients = text[text.index('id="patients"') : text.index('id="conditions"')]
    assert "In 6 analyses no patient can be analysed" in patients


def test_group_unknown_names_the_items_that_are_missing(make: Any) -> None:
    about = {"analysis": "patients", "score": "ht"}
    rows = [
        make.row("evaluability", "count", term="group known", estimate=129, n=139, **about),
        make.row("evaluability", "count", term="group unknown", estimate=10, n=139, **about),
        make.row("determinability", "count", term="crp", reference="missing", estimate=3, n=10,
                 **about),
        make.row("determinability", "count", term="ferritin", reference="missing", estimate=8,
                 n=10, **about),
    ]  # fmt: skip
    [line] = evaluability_table(make.estimates(*rows), _words()).lines
    assert line.cells[1].text == "Group unknown (10); missing: crp in 3, ferritin in 8"


def test_who_died_before_infusion_by_date_is_named_under_table_1(make: Any) -> None:
    reason = "died before infusion according to the export: date to be checked"
    rows = [
        make.row("evaluability", "count", analysis="patients", endpoint=name, term=reason,
                 estimate=1, n=139)
        for name in ("overall_survival", "pfs")
    ]  # fmt: skip
    assert died_before_infusion(make.estimates(*rows)) == [
        "The study includes 1 patient who died before infusion by the date in the export."
    ]
    assert died_before_infusion(_study(make)) == []


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"adjustment": "multivariable: age"}, "unadjusted: Wald test; adjusted: penalised"),
        ({"method": "logistic_firth"}, "without a penalty: Wald test; with Firth's penalty: pen"),
    ],
)
def test_of_two_tests_the_note_says_which_rows_have_which(make: Any, second, said) -> None:
    first = make.ratio(2.0, 1.0, 4.0, analysis="a", method="logistic", test="wald")
    other = {"method": "logistic", "test": "penalised likelihood ratio", **second}
    rows = as_rows(make.estimates(first, make.ratio(2.0, 1.0, 4.0, analysis="b", **other)))
    assert note_on_tests(rows)[0].startswith(f"P: {said}")
    assert note_on_tests(rows[:1]) == ["P: Wald test."]


def test_the_findings_say_what_is_to_do() -> None:
    assert KINDS[-1] == "What to do"
