"""Median follow-up, and how complete the follow-up is where the data were cut on a day."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import INTERVAL, Row, columns_of
from hematotox.declarations.study.methods.follow_up import FollowUp
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.survival.completeness import completeness_of_follow_up
from hematotox.stats.survival.kaplan_meier import reverse_kaplan_meier
from hematotox.stats.survival.survival_quantiles import quantile_with_limits

POTENTIAL = "potential_follow_up"
"""Variable of a patient: days from infusion to the data cut."""
SEEN_WITHIN = 183
"""Days before the data cut in which a living patient counts as seen: 6 months."""
SEEN = "living seen within 6 months of the data cut"


def estimate_follow_up(patients: Patients, analysis: FollowUp) -> list[Row]:
    """Return the median follow-up by the reverse Kaplan-Meier estimator, and its completeness."""
    reasons = _reasons(patients) if analysis.reasons else []
    return [_median(patients), *_completeness(patients, analysis), *reasons]


def _reasons(patients: Patients) -> list[Row]:
    """Return how many patients were censored for each reason, the most frequent first."""
    censored = patients.table.loc[patients.status == 0, "_decided"]
    counts = censored.replace("", "unknown").value_counts(sort=False).sort_index()
    return [
        patients.context.row(
            "follow_up",
            "count",
            term="censored",
            reference=reason,
            estimate=count,
            n=len(censored),
        )
        for reason, count in counts.sort_values(ascending=False, kind="stable").items()
    ]


def _median(patients: Patients) -> Row:
    curve = reverse_kaplan_meier(time=patients.time, event=patients.event)
    found = quantile_with_limits(curve, np.array([0.5]))
    return patients.context.row(
        "follow_up",
        "survival_time_quantile",
        conf_level=curve.conf_level,
        conf_method=curve.conf_type,
        term="0.5",
        **columns_of(found, "estimate", "conf_low", "conf_high", at=0),
        **patients.sizes,
        condition=() if np.isfinite(found.estimate[0]) else ("median not reached",),
    )


def _completeness(patients: Patients, analysis: FollowUp) -> list[Row]:
    """Return Clark's C and who of the living was seen of late, where all have a data cut."""
    to_cut = patients.table.get(POTENTIAL)
    from_infusion = patients.plan.endpoints[analysis.endpoint].origin == "infusion"
    if to_cut is None or to_cut.isna().any() or not from_infusion:
        return []
    found = completeness_of_follow_up(
        time=patients.time,
        event=(patients.status > 0).astype(np.int64),
        potential=to_cut.to_numpy(dtype=np.float64) - (patients.context.landmark or 0.0),
        within=SEEN_WITHIN,
    )
    shared = {"n": found.n, "n_event": found.n_event}
    rows = [
        patients.context.row(
            "follow_up", "completeness_of_follow_up", **shared, estimate=found.estimate
        )
    ]
    if found.n_living:
        seen = proportion(n_event=found.n_seen, n=found.n_living)
        rows.append(
            patients.context.row(
                "follow_up",
                "proportion",
                term=SEEN,
                **columns_of(seen, *INTERVAL),
                conf_method="clopper-pearson",
                n=found.n_living,
                n_event=found.n_seen,
            )
        )
    return rows
