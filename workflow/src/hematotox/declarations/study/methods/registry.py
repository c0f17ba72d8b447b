"""A study's estimate among the published ones."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import MemberName, Name, Text
from hematotox.declarations.study.analysis_base import AnalysisBase
from hematotox.declarations.study.facts import (
    AUC,
    CORRELATION,
    LOG_HAZARD_RATIO,
    LOG_ODDS_RATIO,
    LOG_SUBDISTRIBUTION_HAZARD_RATIO,
    SENSITIVITY,
    SPECIFICITY,
    TAU2,
    MethodFacts,
    RowFacts,
)


class Registry(AnalysisBase):
    """A study's own estimate among the published ones of the same endpoint, with their summary.

    Who is analysed, and how, is said by the analysis that `of` names.
    """

    facts = MethodFacts(
        what="Published estimate of another cohort, from the registry of validations",
        name="published validations",
        place=180,
        endpoint="none",
        exposure="none",
        estimands=(
            LOG_ODDS_RATIO,
            LOG_HAZARD_RATIO,
            LOG_SUBDISTRIBUTION_HAZARD_RATIO,
            AUC,
            SENSITIVITY,
            SPECIFICITY,
        ),
        cells="print",
        leads=True,
    )
    others = {
        "bivariate": RowFacts(
            what="Bivariate random-effects summary of sensitivity and specificity",
            name="bivariate summary",
            place=210,
            estimands=(SENSITIVITY, SPECIFICITY, TAU2, CORRELATION),
            cells="studies",
        )
    }

    method: Literal["registry"]
    of: MemberName
    """Analysis of this study (logistic, cox, cause_specific_cox, fine_gray, roc,
    diagnostic_accuracy) whose estimate stands among the published ones."""
    definition: Name
    """Endpoint definition of config/published/registry.csv; only its estimates are summarised
    together."""
    score: Name = "ht"
    """Score of the published estimates."""
    reproduces: tuple[Text, ...] = ()
    """Citation keys of papers that this study reproduces: their estimates are left out."""
    centres: tuple[Name, ...] = ()
    """Where `of` is repeated by centre, the centres that take part; all if absent."""

    @model_validator(mode="after")
    def _patients_of_the_other(self) -> Registry:
        if self.population != "all" or self.within or self.by or self.landmark is not None:
            raise ValueError("population, within, by, landmark are those of the analysis in `of`")
        return self
