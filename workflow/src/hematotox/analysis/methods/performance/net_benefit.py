"""Rules "act from k points on" and "act from a published risk on": what they do, net benefit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.diagnostic_accuracy import PROPORTIONS, RATIOS, log_ratio
from hematotox.analysis.methods.performance.calibration import expected_risks, observed
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.performance.net_benefit import NetBenefit
from hematotox.stats.accuracy.diagnostic_accuracy import classification_counts, diagnostic_accuracy
from hematotox.stats.numerics.resampling import percentile_limits, resampling_weights
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.performance.decision_rules import RuleShares, rule_shares

METHOD = "net_benefit"
STEP = 0.01
SHARES = {
    "flagged": "flagged",
    "flagged_with_event": "true_positive",
    "flagged_without_event": "false_positive",
    "missed": "missed",
}
AT_HORIZON = {
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "positive_predictive_value": "positive_predictive_value",
    "negative_predictive_value": "negative_predictive_value",
    "log_likelihood_ratio_positive": "likelihood_ratio_positive",
    "log_likelihood_ratio_negative": "likelihood_ratio_negative",
}
BOOTSTRAP = {"conf_level": 0.95, "conf_method": "bootstrap"}
ALL = "all"
BEYOND = 700.0
"""Logarithm beyond that of any ratio of two numbers of patients."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, whom it flags at each threshold probability, and what its rows share."""

    shared: Row
    flagged: NDArray[np.bool_]
    """(t, n); one row where the threshold does not matter."""


def estimate_net_benefit(patients: Patients, analysis: NetBenefit) -> list[Row]:
    """Return for each rule what it does to 100 patients, and its net benefit with limits."""
    cuts = np.arange(analysis.thresholds.low, analysis.thresholds.high + STEP / 2, STEP).round(9)
    table, curves = _rules(patients, analysis, cuts)
    row = patients.context.row
    rows = [row(METHOD, "count", **one) for one in _values(patients, analysis)]
    if not (table or curves):  # nobody, or the same points in everybody
        condition = "constant variable" if len(patients.table) else "no patients"
        return [*rows, row(METHOD, "net_benefit", term=analysis.marker, condition=condition)]
    whole, samples = _shares(patients, analysis, [*table, *curves])
    for i, rule in enumerate(table):
        shared = rule.shared | {"time": analysis.time}
        measures = _measures(patients, analysis, rule, (i, whole, samples))
        rows += [row(METHOD, name, **shared, **numbers) for name, numbers in measures]
    benefits = _benefits((whole, samples), cuts, (*table, *curves))
    for shared, (estimate, low, high) in benefits:
        for cut, value, bottom, top in zip(cuts, estimate, low, high, strict=True):
            numbers = {"time": cut, "estimate": value, "conf_low": bottom, "conf_high": top}
            rows.append(
                row(METHOD, "net_benefit", **shared, **numbers, **BOOTSTRAP, **patients.sizes)
            )
    return rows


def _rules(
    patients: Patients, analysis: NetBenefit, cuts: FloatArray
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules by points, and those by a risk that a threshold is compared with."""
    marker = patients.number(analysis.marker)
    if not analysis.score:
        return [], [Rule({"term": analysis.marker}, marker >= cuts[:, None])]
    group = f"{analysis.score}.group"
    levels = patients.levels(group) if group in patients.table else ()
    last = patients.category(group) == levels[-1] if levels else marker < 0
    table = []
    for value in np.unique(marker)[1:]:
        acts = marker >= value
        # the score's own rule: who is in its last group
        own = levels[-1] if levels and (acts == last).all() else ""
        shared = {"term": analysis.marker, "group": f"{value:g}", "reference": own}
        table.append(Rule(shared, acts[None]))
    risks = [
        Rule({"term": analysis.marker, "reference": cohort}, risk >= cuts[:, None])
        for cohort, risk in expected_risks(patients, analysis)
    ]
    return table, risks


def _values(patients: Patients, analysis: NetBenefit) -> Iterator[Row]:
    """Yield patients and events of each single number of points, the cells of the table."""
    marker = patients.number(analysis.marker)
    for value in np.unique(marker) if analysis.score else ():
        found = observed(patients, analysis, marker == value)
        named = {"term": analysis.marker, "group": f"{value:g}", "estimate": found.n}
        yield named | columns_of(found, "n", "n_event")


def _shares(
    patients: Patients, analysis: NetBenefit, rules: list[Rule]
) -> tuple[RuleShares, RuleShares]:
    """Return what all rules do, in all patients and in bootstrap samples of them.

    The seed is the run's, its stream the analysis' own, so that no other analysis moves it.
    """
    follow_up: dict[str, Any] = {"status": patients.status}
    if analysis.time is not None:
        follow_up |= {"time": patients.time, "horizon": analysis.time}
    flagged = np.concatenate([one.flagged for one in rules])
    # a risk of two groups flags the same patients at most thresholds: each set is counted once
    sets, position = np.unique(flagged, axis=0, return_inverse=True)
    name = f"{patients.context.analysis} {patients.context.population} {patients.context.centre}"
    rng = np.random.default_rng([patients.plan.seed, crc32(name.encode())])
    replicates = max(2, patients.plan.bootstrap_replicates)
    pieces = [
        rule_shares(**follow_up, flagged=sets, weights=weights)
        for weights in resampling_weights(n=len(patients.table), replicates=replicates, rng=rng)
    ]
    whole = rule_shares(**follow_up, flagged=sets)
    return _of_rules([whole], position), _of_rules(pieces, position)


def _of_rules(pieces: list[RuleShares], position: NDArray[np.intp]) -> RuleShares:
    """Return pieces of samples as one, with the shares of each rule at its position."""
    risk = np.concatenate([piece.risk for piece in pieces])
    fields = ("flagged", "true_positive", "false_positive", "missed")
    shares = {f: np.concatenate([getattr(p, f) for p in pieces])[:, position] for f in fields}
    return RuleShares(**shares, risk=risk)


def _measures(
    patients: Patients, analysis: NetBenefit, rule: Rule, found: tuple[int, RuleShares, RuleShares]
) -> Iterator[tuple[str, Row]]:
    """Yield what a rule by points does: of 100 patients, and as a test."""
    i, whole, samples = found
    sizes = patients.sizes
    for name, of in SHARES.items():
        yield name, {"estimate": getattr(whole, of)[0, i], **sizes}
    if analysis.time is None:
        counts = classification_counts(outcome=patients.event, test=rule.flagged[0].astype(int))
        test = diagnostic_accuracy(tp=counts.tp, fp=counts.fp, fn=counts.fn, tn=counts.tn)
        shared = sizes | {"condition": test.condition}
        for name, of in PROPORTIONS.items():
            numbers = columns_of(getattr(test, of), "estimate", "conf_low", "conf_high")
            limits = {"conf_level": test.conf_level, "conf_method": "clopper-pearson"}
            yield name, shared | numbers | limits
        for name, of in RATIOS.items():
            yield name, shared | log_ratio(getattr(test, of))
        return
    for name, of in AT_HORIZON.items():
        to_scale = np.log if name.startswith("log_") else np.asarray
        with np.errstate(divide="ignore"):
            value, drawn = (to_scale(getattr(one, of)[:, i]) for one in (whole, samples))
        # samples without a case of one kind have a ratio of 0 or infinity: there is no limit where
        # more of them do than lie beyond it
        tails = percentile_limits(np.clip(drawn, -BEYOND, BEYOND))
        low, high = (np.where(abs(limit) < BEYOND, limit, np.nan) for limit in tails)
        numbers = {"estimate": value[0], "conf_low": low, "conf_high": high}
        condition = "not estimable" if np.isnan(value[0]) else ""
        condition = "zero cell" if np.isinf(value[0]) else condition
        yield name, numbers | BOOTSTRAP | sizes | {"condition": condition}


Curve = tuple[FloatArray, FloatArray, FloatArray]


def _benefits(
    shares: tuple[RuleShares, RuleShares], cuts: FloatArray, rules: tuple[Rule, ...]
) -> Iterator[tuple[Row, Curve]]:
    """Yield net benefit and its limits along the thresholds, of each rule and of acting on all."""
    whole, samples = shares
    every = [one.treat_all(cuts) for one in (whole, samples)]
    term = {"term": rules[0].shared["term"]} if rules else {}
    yield term | {"group": ALL}, (every[0][0], *percentile_limits(every[1]))
    start = 0
    for rule in rules:
        rows = slice(start, start + len(rule.flagged))
        start = rows.stop
        own, drawn = (one.net_benefit(cuts)[:, rows] for one in (whole, samples))
        if len(rule.flagged) > 1:
            own, drawn = (np.diagonal(one, axis1=1, axis2=2) for one in (own, drawn))
        else:
            own, drawn = own[:, 0], drawn[:, 0]
        yield rule.shared, (own[0], *percentile_limits(drawn))
