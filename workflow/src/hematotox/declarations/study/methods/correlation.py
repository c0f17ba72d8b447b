"""Correlation of two measurements."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import AnalysisBase, Variable
from hematotox.declarations.study.facts import CORRELATION, MethodFacts


class Correlation(AnalysisBase):
    """Correlation of two measurements."""

    facts = MethodFacts(
        what="Correlation of two measurements",
        name="correlation",
        place=230,
        endpoint="none",
        exposure="number",
        estimands=(CORRELATION,),
        cells="analysed",
    )

    method: Literal["correlation"]
    exposure: Variable
    """First measurement."""
    compare: Variable
    """Second measurement."""
    kind: Literal["spearman", "pearson"] = "spearman"
    """Rank correlation or linear correlation."""
