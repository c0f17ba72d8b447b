"""From staged tables to one study's cohort."""

from __future__ import annotations

import pandas as pd

from hematotox.cohort.absent_records import absence_troubles
from hematotox.cohort.baseline import baseline_values
from hematotox.cohort.endpoints import (
    check_windows,
    conventions_of,
    derive_endpoints,
    endpoint_names,
)
from hematotox.cohort.findings import cohort_findings
from hematotox.cohort.follow_up import observe
from hematotox.cohort.grading.grades import grade
from hematotox.cohort.population import select_population
from hematotox.cohort.recorded import assessable_grades, evaluable_endpoints, recorded_in
from hematotox.contracts import Cohort, Staged, empty
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.needed_events import needed_events, needs_of_grades
from hematotox.declarations.study.study import Study
from hematotox.errors import UserErrors


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

    Raises
    ------
    UserErrors
        The study names something that is not declared, or uses a provisional score without
        accepting it.
    """
    chosen = _chosen_scores(study, scores)
    names = endpoint_names(study, endpoints)
    used = _chosen_conventions(
        conventions_of(names, endpoints, study=study), conventions, study=study
    )
    check_windows(names, endpoints, study=study, conventions=used)
    population, attrition = select_population(staged, study, dictionary=dictionary)
    included = pd.Index(population.loc[population["included"], "patient_id"])
    follow_up = observe(staged, included, endpoints=endpoints)
    recorded = recorded_in(staged)
    labs = staged.labs[staged.labs["patient_id"].isin(set(included))]
    baseline = baseline_values(labs, follow_up.days["lymphodepletion"], scores=chosen)
    graded = grade(labs, follow_up.days, conventions=used)
    grades = assessable_grades(graded, used, recorded, endpoints=endpoints)
    primary = study.conventions.primary if study.conventions else ""
    needs = {
        name: needed_events(endpoints.endpoints[name], endpoints, conventions=used, primary=primary)
        for name in names
    }
    derived = derive_endpoints(
        names, follow_up, endpoints=endpoints, labs=labs, grades=grades, convention=primary
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
            population, baseline, follow_up=follow_up, labs=labs, further=absences
        ),
    )


def _chosen_scores(study: Study, scores: dict[str, Score]) -> dict[str, Score]:
    troubles = [
        f"{study.id}: scores: {name} is not declared; known are {', '.join(sorted(scores))}"
        for name in study.scores
        if name not in scores
    ]
    chosen = {name: _timed(scores[name], study) for name in study.scores if name in scores}
    troubles += [
        f"{study.id}: scores: {name} is provisional ({'; '.join(score.unverified)}); "
        f"to use it, add it to accept_provisional"
        for name, score in chosen.items()
        if score.status == "provisional" and name not in study.accept_provisional
    ]
    if troubles:
        raise UserErrors(troubles)
    return chosen


def _timed(score: Score, study: Study) -> Score:
    """Return a score with the study's own timing, where it declares one."""
    timing = study.timing.get(score.id, score.timing)
    return score.model_copy(update={"timing": timing})


def _chosen_conventions(
    names: tuple[str, ...], conventions: dict[str, Convention], *, study: Study
) -> dict[str, Convention]:
    strange = [name for name in names if name not in conventions]
    if strange:
        listed = ", ".join(sorted(conventions))
        raise UserErrors(
            [f"{study.id}: convention {n} is not declared; known are {listed}" for n in strange]
        )
    return {name: conventions[name] for name in names}
