"""Times, days and baseline values as variables of the analyses."""

import pytest
from pydantic import TypeAdapter, ValidationError

from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.derived_variables import endpoints_in
from hematotox.declarations.study.methods.durations import Durations
from hematotox.declarations.study.planning import planned_variables
from hematotox.declarations.study.study import AnyAnalysis
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE

DAYS = "severe_neutropenia_14_days_by_day_30.days"


@pytest.fixture(scope="module")
def catalogue():
    names = ["nih_all_ht", "gla_drst_hscb"]
    return read_catalogue({"studies": names, "exports": "results/exports"}, run_folder=CLONE)


def with_analysis(catalogue, study, analysis):
    """A study with one more analysis, and what is wrong with it."""
    declared = catalogue.studies[study]
    added = TypeAdapter(AnyAnalysis).validate_python(analysis)
    changed = declared.model_copy(update={"analyses": {**declared.analyses, "added": added}})
    known = (catalogue.dictionary, catalogue.endpoints, catalogue.named)
    return [words for path, words in study_troubles(changed, *known) if "added" in path]


def test_days_are_counted_in_the_window_of_the_endpoint(catalogue):
    variables = planned_variables(
        catalogue.studies["nih_all_ht"],
        catalogue.dictionary,
        catalogue.endpoints,
        catalogue.named,
    )
    counted = variables[DAYS].days
    assert (counted.convention, counted.window, counted.column) == (
        "severe_neutropenia",
        "day_0_30",
        "days_500",
    )
    assert variables[DAYS].known.day == 30
    assert "early_icaht_ge3.days" not in variables


def test_an_endpoint_is_used_by_its_status_time_or_days():
    assert endpoints_in(["a.status", "b.time", "c.days", "ht.points", "age"]) == {"a", "b", "c"}


@pytest.mark.parametrize("chosen", [{}, {"endpoint": "a", "variable": "b"}])
def test_a_duration_is_of_an_endpoint_or_of_a_variable(chosen):
    with pytest.raises(ValidationError, match="either endpoint or variable"):
        Durations(method="durations", **chosen)


def test_a_time_to_an_event_predicts_nothing(catalogue):
    analysis = {
        "method": "cox",
        "endpoint": "overall_survival_after_boost",
        "exposure": "neutrophil_response_after_boost.time",
    }
    [words] = with_analysis(catalogue, "gla_drst_hscb", analysis)
    assert "known only in patients who had it" in words


def test_days_of_neutropenia_are_not_known_at_infusion(catalogue):
    analysis = {"method": "cox", "endpoint": "overall_survival", "exposure": DAYS}
    [words] = with_analysis(catalogue, "nih_all_ht", analysis)
    assert "known from day 30" in words


def test_the_duration_must_be_a_number(catalogue):
    analysis = {"method": "durations", "variable": "sex"}
    [words] = with_analysis(catalogue, "nih_all_ht", analysis)
    assert words == "must be a number; sex is a category"
