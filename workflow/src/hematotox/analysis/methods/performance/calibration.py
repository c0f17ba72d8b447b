"""Observed risks by points and groups, beside published risks or a predicted one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.performance.predicted_risk import (
    WALD,
    enough_risks,
    in_the_large,
    predicted_rows,
)
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row, columns_of
from hematotox.declarations.study.compared_risk import ComparedRisk
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.methods.performance.calibration import Calibration
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.performance.observed_risk import (
    ObservedRisk,
    observed_over_expected,
    observed_risk,
)

METHOD, BY_POINTS = "calibration", "risk_by_points"
CONF_LEVEL = 0.95
Z = 1.959963984540054
Member = NDArray[np.bool_]


def estimate_calibration(patients: Patients, analysis: Calibration) -> list[Row]:
    """Return observed risks, and the published or predicted ones beside them."""
    if not analysis.score:
        return predicted_rows(patients, analysis, patients.number(analysis.marker))
    every = strata_of(patients, analysis)
    rows = [_observed_row(patients, analysis, *one) for one in every]
    for cohort, risks in _cohorts(patients):
        method = METHOD if risks[0].points is None else BY_POINTS
        strata = {level: member for of, _, level, member in every if of == method and level}
        term = analysis.marker if method == BY_POINTS else f"{analysis.score}.group"
        beside = Beside(patients, analysis, _context(patients.context, risks), term, cohort)
        rows += _against(beside, risks, strata)
    return rows


def strata_of(patients: Patients, analysis: Calibration) -> list[tuple[str, str, str, Member]]:
    """Return method, term and level of each number of points, of all and of each group, and who."""
    points, group = patients.number(analysis.marker), f"{analysis.score}.group"
    strata = [(BY_POINTS, analysis.marker, f"{k:g}", points == k) for k in np.unique(points)]
    strata.append((METHOD, "", "", np.ones(points.size, dtype=bool)))
    levels = patients.levels(group) if group in patients.table else ()
    strata += [(METHOD, group, level, patients.category(group) == level) for level in levels]
    return [one for one in strata if one[3].any()]


@dataclass(frozen=True, slots=True)
class Beside:
    """One published cohort beside the patients, and what its rows share."""

    patients: Patients
    analysis: Calibration
    context: Context
    term: str
    cohort: str

    def row(self, estimand: str, level: str, values: Row, method: str = METHOD) -> Row:
        """Return a row of a stratum, or of all patients ("")."""
        shared = {"term": self.term, "group": level, "reference": self.cohort}
        return self.context.row(method, estimand, **shared, time=self.analysis.time, **values)


def _context(context: Context, risks: Sequence[ExpectedRisk]) -> Context:
    derived = any(one.certainty == "D" for one in risks)
    certainty = "D" if derived else risks[0].certainty
    said = (*context.conditions, "derived from print") if derived else context.conditions
    return replace(context, policy=f"{risks[0].source}, {certainty}", conditions=said)


def expected_risks(
    patients: Patients, analysis: ComparedRisk
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield each published cohort that has a risk for every patient, and these risks."""
    points = [f"{value:g}" for value in patients.number(analysis.marker)]
    for cohort, of_cohort in _cohorts(patients):
        risks = {one.group or f"{one.points:g}": one.value for one in of_cohort}
        by_points = of_cohort[0].points is not None
        own = points if by_points else patients.category(f"{analysis.score}.group")
        found = np.array([risks.get(level, np.nan) for level in own])
        if np.isfinite(found).all():
            yield cohort, found


def _cohorts(patients: Patients) -> Iterator[tuple[str, list[ExpectedRisk]]]:
    """Yield the published cohorts beside which the patients stand, and their risks."""
    published = patients.plan.expected.get(patients.context.analysis, ())
    for (_, cohort), risks in groupby(published, key=lambda one: (one.source, one.population)):
        yield cohort, list(risks)


def observed(patients: Patients, analysis: ComparedRisk, member: Member) -> ObservedRisk:
    """Return the risk of some of the patients, by the day of the analysis if it has one."""
    status = patients.status[member]
    if analysis.time is None:
        return observed_risk(status=status)
    return observed_risk(status=status, time=patients.time[member], horizon=analysis.time)


def _observed_row(
    patients: Patients, analysis: Calibration, method: str, term: str, level: str, member: Member
) -> Row:
    found = observed(patients, analysis, member)
    numbers = columns_of(found, "estimate", "std_error", "conf_low", "conf_high", "conf_method")
    return patients.context.row(
        method,
        "observed_risk",
        term=term,
        group=level,
        time=analysis.time,
        conf_level=CONF_LEVEL,
        **numbers,
        **columns_of(found, "n", "n_event", "condition"),
    )


def _against(
    beside: Beside, risks: Sequence[ExpectedRisk], strata: Mapping[str, Member]
) -> Iterator[Row]:
    """Yield a published cohort's risks, and the observed ones over them."""
    named = {one.group or f"{one.points:g}": one for one in risks}
    found = {
        level: observed(beside.patients, beside.analysis, strata[level])
        for level in named
        if level in strata and strata[level].any()
    }
    for level, one in named.items():
        yield beside.row("published_risk", level, _published(one), "published_risk")
    for level, risk in found.items():
        yield from _ratios(beside, level, risk, (named[level].value, named[level].log_std_error))
    every = dict(expected_risks(beside.patients, beside.analysis))
    if beside.cohort not in every:
        return
    expected = every[beside.cohort]
    everybody = observed(beside.patients, beside.analysis, np.isfinite(expected))
    yield from _ratios(beside, "", everybody, _mean(named, found))
    large = in_the_large(beside.patients, beside.analysis, expected)
    yield beside.row("calibration_in_the_large", "", large | columns_of(everybody, "n", "n_event"))
    if len(named) == 2 and set(found) == set(named):
        yield _spread(beside, named, found)
    elif enough_risks(expected):
        yield from predicted_rows(beside.patients, beside.analysis, expected, beside.context)


def _published(one: ExpectedRisk) -> Row:
    """Return a published risk with the limits of its counts, or else those in print."""
    numbers: Row = {"estimate": one.value, "n": one.n, "n_event": one.events}
    if one.events is not None and one.n:
        limits = proportion(n_event=one.events, n=one.n)
        known = columns_of(limits, "conf_low", "conf_high", "conf_level")
        return numbers | known | {"conf_method": "clopper-pearson"}
    if one.conf_low is None:
        return numbers
    return numbers | columns_of(one, "conf_low", "conf_high") | {"conf_level": CONF_LEVEL}


def _ratios(
    beside: Beside, level: str, risk: ObservedRisk, expected: tuple[float, float | None]
) -> Iterator[Row]:
    """Yield O/E with the published risk as known, and with its own uncertainty."""
    value, log_std_error = expected
    sizes = columns_of(risk, "n", "n_event")
    for estimand, error in (
        ("log_observed_expected", 0.0),
        ("log_observed_expected_uncertain", log_std_error),
    ):
        if error is None:
            said = {"condition": "no counts or limits in print"}
            yield beside.row(estimand, level, sizes | said)
            continue
        ratio = observed_over_expected(risk, expected=value, expected_log_std_error=error)
        found = columns_of(ratio, "std_error", "conf_low", "conf_high", "condition")
        yield beside.row(estimand, level, sizes | found | WALD | {"estimate": ratio.log_ratio})


def _mean(
    named: Mapping[str, ExpectedRisk], found: Mapping[str, ObservedRisk]
) -> tuple[float, float | None]:
    """Return the mean published risk of the patients, and the standard error of its logarithm."""
    total = sum(found[level].n for level in found)
    parts = [(named[k].value * found[k].n / total, named[k].log_std_error) for k in found]
    mean = sum(part for part, _ in parts)
    if mean == 0 or any(error is None for _, error in parts):
        return mean, None
    return mean, math.hypot(*(part * (error or 0.0) for part, error in parts)) / mean


def _spread(
    beside: Beside, named: Mapping[str, ExpectedRisk], found: Mapping[str, ObservedRisk]
) -> Row:
    """Return the observed over the published log odds ratio: below 1, the groups differ less."""
    low, high = found
    name = "log_odds_ratio_observed_expected"
    sizes = {size: sum(getattr(one, size) for one in found.values()) for size in ("n", "n_event")}
    published = [named[level].value for level in (low, high)]
    if not all(0 < one < 1 for one in published) or published[0] == published[1]:
        return beside.row(name, "", sizes | {"condition": "not estimable"})
    expected = math.log(published[1] / (1 - published[1]) * (1 - published[0]) / published[0])
    (of_low, error_low), (of_high, error_high) = found[low].log_odds, found[high].log_odds
    ratio, error = (of_high - of_low) / expected, math.hypot(error_low, error_high) / abs(expected)
    limits = {"conf_low": ratio - Z * error, "conf_high": ratio + Z * error}
    said = {"condition": () if math.isfinite(ratio) else ("zero cell",)}
    return beside.row(
        name, "", sizes | limits | WALD | said | {"estimate": ratio, "std_error": error}
    )
