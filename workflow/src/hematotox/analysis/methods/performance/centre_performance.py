"""C, observed over expected events and odds ratio of a fixed score by centre."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.performance.calibration import expected_risks
from hematotox.analysis.methods.performance.centre_summaries import (
    measured,
    ratio_row,
    summary_rows,
    too_few,
)
from hematotox.analysis.methods.random_effects import estimate_random_effects
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.performance.centre_performance import CentrePerformance
from hematotox.stats.accuracy.roc import auc

METHOD = "centre_performance"


def estimate_centre_performance(patients: Patients, analysis: CentrePerformance) -> list[Row]:
    """Return C and O/E of each centre with their summaries, then the odds ratios with theirs."""
    centre = patients.category("centre")
    published = next(expected_risks(patients, analysis), None)
    cohort, expected = published or ("", _elsewhere(patients, analysis.exposure))
    direction = "higher" if analysis.higher_is_worse else "lower"
    areas, ratios, hoped = [], [], []
    for name in sorted(set(centre)):
        own = centre == name
        context = replace(patients.context, centre=name)
        events = patients.event[own]
        hoped.append(float(expected[own].sum()))
        of_ratio = {"term": analysis.exposure, "reference": cohort}
        ratios.append({**ratio_row(context, METHOD, events, hoped[-1]), **of_ratio})
        of: Row = {"term": analysis.marker, "n": events.size, "n_event": int(events.sum())}
        if too_few(events):
            areas.append(context.row(METHOD, "auc", **of, condition="too few events"))
            continue
        points = patients.number(analysis.marker)[own]
        area = auc(outcome=events, marker=points, direction=direction)
        how = {"conf_level": area.conf_level, "conf_method": "delong"}
        said = "perfect discrimination" if area.estimate in (0, 1) else area.condition
        areas.append(measured(context, METHOD, "auc", area, **of, **how, condition=said))
    return [
        *areas,
        *summary_rows(patients.context, areas),
        *ratios,
        *summary_rows(patients.context, ratios, expected=hoped),
        *estimate_random_effects(patients, analysis),
    ]


def _elsewhere(patients: Patients, exposure: str) -> NDArray[np.float64]:
    """Return each patient's risk: that of the same group in the other centres.

    A group that no other centre has counts with the risk of all their patients.
    """
    frame = patients.table.assign(_event=patients.event)
    both = frame.groupby(["centre", exposure])["_event"].agg(["sum", "size"])
    others = both.groupby(level=1).transform("sum") - both
    of_all = both.groupby(level=0).sum()
    rest = (of_all.sum() - of_all).reindex(both.index, level=0)
    risk = (others["sum"] / others["size"]).fillna(rest["sum"] / rest["size"])
    keys = zip(frame["centre"], frame[exposure], strict=True)
    return np.nan_to_num(np.array([risk[key] for key in keys], dtype=np.float64))
