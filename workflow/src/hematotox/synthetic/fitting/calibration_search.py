"""The calibration, made from the published numbers and the assumptions.

Counts are arithmetic: a printed count, percentage or odds ratio with its limits is turned into
whole patients (`characteristic_counts`, `outcome_counts`). Curves are a search: patients are
simulated with fixed seeds, one-year survival in the printed groups and the duration of response
are estimated, and the cells' one-year values and the share of lost responses are moved by what is
missing, until they stand. Nothing is random: the same numbers give the same calibration.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from hematotox.synthetic.assumptions import Assumptions
from hematotox.synthetic.calibration import (
    BOTH_HIGH,
    HT_LOW,
    HT_ONLY,
    NO_SCORE,
    NOT_INFUSED,
    OTHER_DISEASE,
    SIMPLE_CELLS,
    SIMPLE_HIGH,
    SIMPLE_LOW,
    Calibration,
    SecondMalignancies,
)
from hematotox.synthetic.characteristics import draw_characteristics
from hematotox.synthetic.draws import Floats
from hematotox.synthetic.fitting.characteristic_counts import characteristic_counts
from hematotox.synthetic.fitting.event_curves import (
    PRINTED_GROUPS,
    overall_curves,
    printed_survival,
    progression_free_curves,
    solve_cells,
)
from hematotox.synthetic.fitting.outcome_counts import extend, non_relapse_deaths, outcome_counts
from hematotox.synthetic.fitting.published_numbers import PublishedNumbers
from hematotox.synthetic.product_limit import survival_on
from hematotox.synthetic.response import draw_responses
from hematotox.synthetic.survival import draw_survival

VERSION = 1
ONE_YEAR = 365.0
SEARCH_SEEDS = tuple(range(101, 106))
SEARCH_STEPS = 8
STEP = 0.6
FLOW = (
    "Patients assessed for eligibility",
    "CAR T cells infused (infusion date known)",
    "large B-cell lymphoma",
)
OVERALL, PROGRESSION_FREE = "overall_survival", "progression_free_survival"


def calibrate(published: pd.DataFrame, assumptions: Assumptions) -> Calibration:
    """Make the calibration of the synthetic CART-SIE.

    Parameters
    ----------
    published : `config/published/cart_sie.csv`
    assumptions : what the paper does not print

    Returns
    -------
    Numbers of patients and curves under which simulated patients reproduce the paper.

    Raises
    ------
    KeyError, ValueError
        The table lacks a number, or its numbers contradict each other.
    """
    numbers = PublishedNumbers(published)
    calibration = _start(numbers, assumptions)
    targets = {name: printed_survival(numbers, name) for name in (OVERALL, PROGRESSION_FREE)}
    duration = numbers.value("text S2", "survival")
    wanted = {name: values.copy() for name, values in targets.items()}
    patients = {seed: draw_characteristics(calibration, seed) for seed in SEARCH_SEEDS}
    best, nearest = calibration, np.inf
    for _ in range(SEARCH_STEPS):
        calibration = _with_curves(calibration, wanted, assumptions=assumptions)
        overall, free, responding = _simulated(calibration, patients)
        missed = {
            OVERALL: targets[OVERALL] - overall,
            PROGRESSION_FREE: targets[PROGRESSION_FREE] - free,
        }
        distance = abs(duration - responding) + sum(np.abs(m[1:]).sum() for m in missed.values())
        if distance < nearest:
            best, nearest = calibration, distance
        for name, shift in missed.items():
            wanted[name] += STEP * shift
        # One more lost response adds to the responders and ends before one year.
        share = calibration.lost_response_share + STEP * 4.0 * (responding - duration)
        share = round(min(max(share, 0.0), 1.0), 4)
        calibration = calibration.model_copy(update={"lost_response_share": share})
    return best


def calibration_text(calibration: Calibration) -> str:
    """Return the calibration as the JSON text that is shipped."""
    return json.dumps(calibration.model_dump(mode="json"), indent=1) + "\n"


def _start(published: PublishedNumbers, assumptions: Assumptions) -> Calibration:
    both_high = assumptions.both_high
    cells = _cells(published, both_high)
    further = {cell: cells[cell] for cell in (NO_SCORE, OTHER_DISEASE)}
    waiting = {**further, NOT_INFUSED: cells[NOT_INFUSED]}
    characteristics = characteristic_counts(published, assumptions, both_high=both_high)
    outcomes = outcome_counts(published, assumptions, both_high=both_high)
    return Calibration(
        version=VERSION,
        cells=cells,
        centres=assumptions.centres,
        characteristics={name: extend(c, waiting) for name, c in characteristics.items()},
        quartiles={
            "age": _ages(published, assumptions),
            "vein_to_vein": _vein_to_vein(published, assumptions, cells=cells),
        },
        outcomes={name: extend(counts, further) for name, counts in outcomes.items()},
        progression_free={},
        overall={},
        follow_up=assumptions.follow_up,
        non_relapse_deaths=non_relapse_deaths(published, assumptions, both_high=both_high),
        non_relapse_days=assumptions.non_relapse_days,
        lost_response_share=assumptions.lost_response_share,
        log_hazard_ratios=assumptions.log_hazard_ratios,
        second_malignancies=_second_malignancies(published, assumptions),
        laboratory=assumptions.laboratory,
    )


def _cells(published: PublishedNumbers, both_high: int) -> dict[str, int]:
    sizes = published.columns("column head")
    enrolled, infused, lymphoma = (
        round(published.value(f"flow, {step}", "count")) for step in FLOW
    )
    return {
        HT_LOW: sizes.ht_low,
        HT_ONLY: sizes.ht_high - both_high,
        BOTH_HIGH: both_high,
        SIMPLE_LOW: sizes.simple_low - sizes.ht_low - sizes.ht_high + both_high,
        SIMPLE_HIGH: sizes.simple_high - both_high,
        NO_SCORE: lymphoma - sizes.simple_low - sizes.simple_high,
        OTHER_DISEASE: infused - lymphoma,
        NOT_INFUSED: enrolled - infused,
    }


def _ages(published: PublishedNumbers, assumptions: Assumptions) -> dict[str, tuple[float, ...]]:
    youngest, oldest = assumptions.age_range
    knots = {
        cell: (youngest, *published.quartiles(f"Table 1, age, median (IQR), {column}"), oldest)
        for cell, column in (
            (HT_LOW, "HT low"),
            (HT_ONLY, "HT high"),
            (BOTH_HIGH, "SimpleHT high"),
            (SIMPLE_HIGH, "SimpleHT high"),
        )
    }
    return {**knots, **assumptions.age_knots}


def _vein_to_vein(
    published: PublishedNumbers, assumptions: Assumptions, *, cells: dict[str, int]
) -> dict[str, tuple[float, ...]]:
    everybody = published.value("Table 1, vein-to-vein, months, all 389", "median")
    low = published.value("Table 1, vein-to-vein, months, HT low", "median")
    return {
        cell: tuple(
            round((low if cell == HT_LOW else everybody) * factor, 1)
            for factor in assumptions.vein_to_vein
        )
        for cell in cells
    }


def _second_malignancies(
    published: PublishedNumbers, assumptions: Assumptions
) -> SecondMalignancies:
    onset = published.quartiles("text P1")
    ages = published.quartiles("text P9", term="age")
    total = sum(assumptions.second_malignancy_types.values())
    lines = published.value("text P9", "percentage_of_known", term="lines")
    transplant = published.value(
        "text P9", "percentage_of_known", term="prior_autologous_transplant"
    )
    youngest, oldest = assumptions.second_malignancy_ages
    return SecondMalignancies(
        onset_days=(assumptions.onset_knots[0], *onset, assumptions.onset_knots[1]),
        types=assumptions.second_malignancy_types,
        margins={
            **assumptions.second_malignancy_margins,
            "prior_lines": {"3": round(lines * total)},
            "prior_autologous_transplant": {"yes": round(transplant * total)},
        },
        age_quartiles=(youngest, *ages, oldest),
        myeloid_high=assumptions.myeloid_high,
        elsewhere=assumptions.second_malignancies_elsewhere,
    )


def _with_curves(
    calibration: Calibration, wanted: dict[str, Floats], *, assumptions: Assumptions
) -> Calibration:
    free = solve_cells(wanted[PROGRESSION_FREE], calibration.cells)
    overall = solve_cells(wanted[OVERALL], calibration.cells)
    for cell, values in assumptions.survival_elsewhere.items():
        free[cell], overall[cell] = values
    curves = progression_free_curves(
        free,
        calibration.outcomes["response"],
        sizes=calibration.cells,
        assumptions=assumptions,
    )
    return calibration.model_copy(
        update={"progression_free": curves, "overall": overall_curves(overall, assumptions)}
    )


def _simulated(
    calibration: Calibration, patients: dict[int, pd.DataFrame]
) -> tuple[Floats, Floats, float]:
    """Average one-year overall and progression-free survival and duration of response."""
    found = []
    for seed, everybody in patients.items():
        members = everybody[everybody["cell"].isin(SIMPLE_CELLS)]
        members = draw_survival(members, calibration, seed=seed)
        responses = draw_responses(members, calibration, seed=seed)
        found.append(_estimates(members, responses))
    overall, free, duration = (np.mean(values, axis=0) for values in zip(*found, strict=True))
    return overall, free, float(duration)


def _estimates(patients: pd.DataFrame, responses: pd.DataFrame) -> tuple[Floats, Floats, float]:
    death = patients["death_day"]
    first = np.minimum(patients["progression_day"], death)
    overall, free = [], []
    for cells in PRINTED_GROUPS:
        rows = patients["cell"].isin(cells)
        overall.append(_one_year(death[rows], patients["follow_up"][rows]))
        free.append(_one_year(first[rows], patients["follow_up"][rows]))
    responding = responses[responses["detail"].isin(["cr", "pr"])]
    onset = responding.groupby("patient")["day"].min()
    lasting = first[onset.index] - onset
    return (
        np.array(overall),
        np.array(free),
        _one_year(lasting, patients["follow_up"][onset.index] - onset),
    )


def _one_year(event: pd.Series, follow_up: pd.Series) -> float:
    estimate = survival_on((ONE_YEAR,), event.to_numpy(), follow_up=follow_up.to_numpy())
    return float(estimate[0])
