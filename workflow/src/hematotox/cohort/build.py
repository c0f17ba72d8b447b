"""From staged tables to one study's cohort."""

from __future__ import annotations

import pandas as pd

from hematotox.cohort.absent_records import absence_troubles
from hematotox.cohort.baseline import baseline_values
from hematotox.cohort.data_cut import at_data_cut
from hematotox.cohort.endpoints import Grading, derive_endpoints
from hematotox.cohort.findings import cohort_findings
from hematotox.cohort.follow_up import observe
from hematotox.cohort.grading.grades import grade
from hematotox.cohort.population import numbers_of, select_population
from hematotox.cohort.recorded import assessable_grades, evaluable_endpoints, recorded_in
from hematotox.contracts import Cohort, Staged, empty
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.checks.grading_check import grading_troubles
from hematotox.declarations.study.needed_events import needed_events, needs_of_grades
from hematotox.declarations.study.planning import endpoints_of, needed_conventions, scores_of
from hematotox.declarations.study.study import Study


def build(
    staged: Staged,
    study: Study,
    *,
    dictionary: Dictionary,
    endpoints: Endpoints,
    scores: dict[str, Score],
    conventions: dict[str, Convention],
) -> Cohort:
    """Build a study's cohort: population, attrition, baseline, grades, endpoints, findings.

    Parameters
    ----------
    staged : staged tables of all centres of the study
    study : the statistical analysis plan
    dictionary : variables of the staged tables
    endpoints : all declared endpoints
    scores : all declared scores, by id; the study's are used
    conventions : all declared conventions, by id; those of the study and its endpoints are used

    Returns
    -------
    The cohort; `scores` is empty until the patients are scored.
    """
    assert not list(grading_troubles(study, endpoints, conventions)), "refused when it was read"
    names = endpoints_of(study)
    chosen = scores_of(study, scores)
    used = {name: conventions[name] for name in needed_conventions(study, endpoints)}
    staged, ledger = at_data_cut(staged, study)
    population, attrition = select_population(staged, study, dictionary=dictionary)
    included = pd.Index(population.loc[population["included"], "patient_id"])
    follow_up = observe(staged, included, endpoints=endpoints)
    recorded = recorded_in(staged)
    labs = staged.labs[staged.labs["patient_id"].isin(set(included))]
    numbers = numbers_of(population, dictionary).loc[included]
    baseline = baseline_values(
        labs, follow_up.days["lymphodepletion"], scores=chosen, numbers=numbers
    )
    graded = grade(labs, follow_up.days, conventions=used)
    grades = assessable_grades(graded, used, recorded, endpoints=endpoints)
    primary = study.conventions.primary if study.conventions else ""
    needs = {
        name: needed_events(endpoints.endpoints[name], endpoints, conventions=used, primary=primary)
        for name in names
    }
    derived = derive_endpoints(
        names,
        follow_up,
        endpoints=endpoints,
        labs=labs,
        grading=Grading(grades, used, primary),
    )
    absences = absence_troubles(
        population, study, needs=needs | needs_of_grades(used, endpoints), recorded=recorded
    )
    return Cohort(
        population=population,
        attrition=attrition,
        baseline=baseline,
        grades=grades,
        endpoints=evaluable_endpoints(derived, needs, recorded),
        scores=empty("scores"),
        findings=cohort_findings(
            population,
            baseline,
            follow_up=follow_up,
            labs=labs,
            endpoints=endpoints,
            further=[*ledger, *absences],
        ),
    )
