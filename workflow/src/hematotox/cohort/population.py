"""Who is analysed: covariates, the criteria in order, and the attrition they cause."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.before_boost import before_boost
from hematotox.cohort.data_cut import INFUSED_IN_TIME, infused_in_time
from hematotox.cohort.follow_up import boost_days, dates
from hematotox.contracts import EXCLUDED, MERGED, Staged, conform
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.interval import read_interval
from hematotox.declarations.study.criteria import Condition
from hematotox.declarations.study.study import Covariate, Study
from hematotox.declarations.study.vocabulary import INFUSED
from hematotox.errors import UserError

ALL_PATIENTS = "Patients assessed for eligibility"
TAKEN_OUT = "Taken out by the centre (corrections file)"
SECOND_NUMBER = "Second number of a patient (corrections file)"


def select_population(
    staged: Staged, study: Study, *, dictionary: Dictionary
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the study's criteria in order.

    Parameters
    ----------
    staged : staged tables of the study's centres
    study : its criteria and covariates
    dictionary : variables of the staged tables

    Returns
    -------
    Tables `population` (all patients of the exports, with the first criterion that excluded each
    and all covariates) and `attrition`.
    """
    patients = _variables(staged, dictionary)
    marks = staged.subjects[EXCLUDED].fillna("") if EXCLUDED in staged.subjects else None
    steps = [(INFUSED, patients["infusion_date"] != "")]
    if marks is not None and (marks == MERGED).any():
        steps.insert(0, (SECOND_NUMBER, marks != MERGED))
    if marks is not None and (marks == "yes").any():
        steps.append((TAKEN_OUT, marks != "yes"))
    if "data_cut" in patients and (patients["data_cut"] != "").any():
        steps.append((INFUSED_IN_TIME, infused_in_time(patients)))
    steps += criteria(patients, study)  # of variables, not of covariates of the same name
    derived = {name: _derive(patients, rule) for name, rule in study.covariates.items()}
    return exclude_in_order(patients.assign(**derived), steps)


def criteria(patients: pd.DataFrame, study: Study) -> list[tuple[str, pd.Series]]:
    """Return the study's criteria in order: the words, and who stays."""
    return [
        (criterion.condition.label, _stays(patients, criterion.include, exclude=criterion.exclude))
        for criterion in study.population
    ]


def exclude_in_order(
    patients: pd.DataFrame, steps: list[tuple[str, pd.Series]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables `population` and `attrition`: each patient leaves at the first criterion."""
    reason = pd.Series("", index=patients.index)
    rows = [(0, ALL_PATIENTS, len(patients), 0, len(patients))]
    for position, (label, stays) in enumerate(steps, start=1):
        before = int((reason == "").sum())
        reason = reason.mask((reason == "") & ~stays, label)
        after = int((reason == "").sum())
        rows.append((position, label, before, before - after, after))
    population = patients.assign(included=reason == "", reason=reason)
    columns = ["position", "criterion", "n_before", "n_excluded", "n_after"]
    attrition = conform("attrition", pd.DataFrame(rows, columns=columns))
    return conform("population", population), attrition


def stop_without_patients(attrition: pd.DataFrame, study: str) -> None:
    """Stop where a study has nobody to analyse, with the criterion that took the last ones out.

    Raises
    ------
    UserError
        If no patient is left.
    """
    rows = attrition.sort_values("position")
    total = int(rows["n_after"].iloc[0])
    if total == 0:
        raise UserError(f"{study}: no patients: the exports of its centres hold none")
    for row in rows[rows["n_after"] == 0].head(1).itertuples():
        raise UserError(
            f'{study}: nobody is left to analyse: "{row.criterion}" takes out the last '
            f"{row.n_before} of {total} patients. Look at the study's population:, at how the "
            "centre files declare that variable, and at the findings on the exports"
        )


def _variables(staged: Staged, dictionary: Dictionary) -> pd.DataFrame:
    """Return one row a patient with every subject variable of the dictionary."""
    subjects, variables = staged.subjects, dictionary.of_kind("subject")
    table = subjects[["patient_id", "centre", "source"]].copy()
    for name in variables:
        is_number = variables[name].type in ("number", "integer")
        column = subjects.get(name, pd.Series(None, index=subjects.index, dtype=object))
        table[name] = pd.to_numeric(column) if is_number else _texts(column)
    if "vein_to_vein" in table:
        told = _vein_to_vein(table, plausible=variables["vein_to_vein"].plausible)
        table["vein_to_vein"] = table["vein_to_vein"].fillna(told)
    if "data_cut" in table:
        to_cut = (dates(table["data_cut"]) - dates(table["infusion_date"])).dt.days
        table["potential_follow_up"] = to_cut.astype(float)
    if "boost_date" in table:
        table["boost_date"] = _boost_dates(table, staged)
        table["boost_kind"] = _boost_kinds(table, staged)
    if "infusion_year" in table:
        years = dates(table["infusion_date"]).dt.year.astype(float)
        table["infusion_year"] = table["infusion_year"].fillna(years)
    derived_course = before_boost(staged).reindex(table["patient_id"])
    for name in derived_course.columns.intersection(table.columns):
        table[name] = table[name].fillna(pd.Series(derived_course[name].to_numpy(), table.index))
    return table


def numbers_of(population: pd.DataFrame, dictionary: Dictionary) -> pd.DataFrame:
    """Return the variables of the dictionary with one number a patient, indexed by patient."""
    subjects = dictionary.of_kind("subject").items()
    names = [name for name, variable in subjects if variable.type in ("number", "integer")]
    return population.set_index("patient_id")[names]


def _vein_to_vein(table: pd.DataFrame, *, plausible: tuple[float, float] | None) -> pd.Series:
    """Return the days from apheresis to infusion; staging has taken out implausible ones."""
    days: pd.Series = (dates(table["infusion_date"]) - dates(table["apheresis_date"])).dt.days
    low, high = plausible or (-np.inf, np.inf)
    return days.astype(float).where(days.between(low, high))


def _boost_kinds(table: pd.DataFrame, staged: Staged) -> pd.Series:
    """Return whose stem cells a boost was of, as its first record says where the row does not."""
    events = staged.events
    boosts = events[(events["event"] == "stem_cell_boost") & (events["detail"].fillna("") != "")]
    first = boosts.sort_values("day", kind="stable").drop_duplicates("patient_id")
    told = table["patient_id"].map(first.set_index("patient_id")["detail"]).fillna("")
    return table["boost_kind"].mask(table["boost_kind"] == "", told)


def _boost_dates(table: pd.DataFrame, staged: Staged) -> pd.Series:
    """Return the dates of the boost; of the first one recorded where the patient has no date."""
    indexed = table.set_index("patient_id")
    days = pd.to_timedelta(boost_days(indexed, staged.events), unit="D")
    recorded = (dates(indexed["infusion_date"]) + days).dt.strftime("%Y-%m-%d")
    told = pd.Series(recorded.fillna("").to_numpy(), index=table.index)
    return table["boost_date"].mask(table["boost_date"] == "", told)


def _texts(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").map(str)


def _derive(table: pd.DataFrame, rule: Covariate) -> pd.Series:
    values = table[rule.variable]
    if rule.at_least is not None:
        numbers = pd.to_numeric(values, errors="coerce")
        return _yes_no(numbers >= rule.at_least, numbers.notna())
    if rule.yes is not None:
        written = codes(values)
        return _yes_no(written.isin(rule.yes), written != "")
    if rule.levels is not None:
        counts_as = {one: level for level, several in rule.merged.items() for one in several}
        return codes(values).map(lambda level: counts_as.get(level, level))
    return values if rule.bands is None else _banded(values, rule.bands)


def _banded(values: pd.Series, bands: dict[str, str]) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce")
    level = pd.Series("", index=values.index)
    for name, text in bands.items():
        band = read_interval(text)
        above = (numbers >= band.low) if band.owns_low else (numbers > band.low)
        below = (numbers <= band.high) if band.owns_high else (numbers < band.high)
        level = level.mask(above & below, name)
    return level


def _yes_no(holds: pd.Series, known: pd.Series) -> pd.Series:
    return holds.map({True: "yes", False: "no"}).where(known, "")


def codes(values: pd.Series) -> pd.Series:
    """Return values as they are written in a study file; a whole number has no decimals."""
    if values.dtype == object:
        return values
    return values.map(lambda number: "" if pd.isna(number) else f"{number:g}")


def _stays(
    patients: pd.DataFrame, include: Condition | None, *, exclude: Condition | None
) -> pd.Series:
    """Return who stays: an unknown value neither includes nor excludes."""
    if include is not None:
        return _holds(patients, include)
    assert exclude is not None
    return ~_holds(patients, exclude)


def _holds(patients: pd.DataFrame, condition: Condition) -> pd.Series:
    values = patients[condition.variable]
    if condition.known is not None:
        return (codes(values) != "") == condition.known
    if condition.in_ is not None:
        return codes(values).isin(condition.in_)
    numbers = pd.to_numeric(values, errors="coerce")
    low = -float("inf") if condition.at_least is None else condition.at_least
    high = float("inf") if condition.at_most is None else condition.at_most
    return (numbers >= low) & (numbers <= high)
