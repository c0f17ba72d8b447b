"""The analyses a study may declare, one model a method, and the closed lists that follow from them.

Nothing is listed here: a module of `methods` is a method.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from hematotox.declarations.models_in import models_in
from hematotox.declarations.study import methods
from hematotox.declarations.study.analysis_base import AnalysisBase
from hematotox.declarations.study.facts import (
    COUNT,
    MISSING_INFORMATION,
    WEIGHTING,
    Cells,
    Estimand,
    MethodFacts,
    RowFacts,
)

MODELS: dict[str, type[AnalysisBase]] = dict(
    sorted(models_in(methods, AnalysisBase, "method").items(), key=lambda one: one[1].facts.place)
)
"""Method and its model, in the order in which a paper tells the methods."""

if TYPE_CHECKING:
    Analysis = AnalysisBase
else:
    Analysis = reduce(or_, MODELS.values())

FLOW = {
    "attrition": RowFacts(
        what="Patients at each criterion of the population",
        place=0,
        estimands=(COUNT,),
        cells="flow",
    ),
    "evaluability": RowFacts(
        what="Patients evaluable for each endpoint, and why the others are not",
        place=1,
        estimands=(COUNT,),
        cells="flow",
    ),
}
"""Rows that every study has without declaring an analysis: where its patients went."""

FACTS: dict[str, MethodFacts] = {method: model.facts for method, model in MODELS.items()}
"""The methods of a plan."""

METHODS: dict[str, RowFacts] = dict(
    sorted(
        (
            FLOW | FACTS | {k: v for model in MODELS.values() for k, v in model.others.items()}
        ).items(),
        key=lambda one: one[1].place,
    )
)
"""The methods of the rows of the estimates table; a table with another one is refused."""

ESTIMANDS: dict[str, Estimand] = {
    estimand.name: estimand for facts in METHODS.values() for estimand in facts.estimands
} | {one.name: one for one in (MISSING_INFORMATION, WEIGHTING)}
"""What the rows of the estimates table estimate."""


def methods_with(*cells: Cells) -> tuple[str, ...]:
    """Return the methods whose counts are of these kinds."""
    return tuple(method for method, facts in METHODS.items() if facts.cells in cells)
