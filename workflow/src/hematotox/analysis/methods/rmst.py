"""Restricted mean survival time by group, and the differences from the reference."""

from __future__ import annotations

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.rmst import Rmst
from hematotox.stats.survival.rmst import compare_rmst


def estimate_rmst(patients: Patients, analysis: Rmst) -> list[Row]:
    """Return the mean time event-free up to the horizon, and the differences between groups."""
    comparison = compare_rmst(
        time=patients.time,
        event=patients.event,
        group=patients.category(analysis.exposure),
        tau=analysis.horizon,
        levels=patients.levels(analysis.exposure),
    )
    rows = [
        patients.context.row(
            "rmst",
            "restricted_mean_survival_time",
            group=level,
            time=analysis.horizon,
            **columns_of(mean, "estimate", "std_error", "conf_low", "conf_high"),
            **columns_of(mean, "n", "n_event", "condition"),
            conf_level=0.95,
            conf_method="plain",
        )
        for level, mean in zip(comparison.levels, comparison.means, strict=True)
    ]
    return rows + [
        patients.context.row(
            "rmst",
            "restricted_mean_survival_time_difference",
            group=contrast.level,
            comparator=contrast.reference,
            time=analysis.horizon,
            estimate=contrast.difference,
            std_error=contrast.difference_std_error,
            conf_low=contrast.difference_conf_low,
            conf_high=contrast.difference_conf_high,
            conf_level=0.95,
            conf_method="plain",
            test="wald",
            p_value=contrast.difference_p_value,
            **patients.sizes,
            condition=contrast.condition,
        )
        for contrast in comparison.contrasts
    ]
