"""Effects with intervals and p (cox, fine_gray, cause_specific_cox, logistic)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag, Text
from hematotox.declarations.study.display_base import RATIOS, DisplayBase


class RegressionTable(DisplayBase):
    """Effects with intervals and p (cox, fine_gray, cause_specific_cox, logistic)."""

    form = "table"
    methods = RATIOS
    kind: Literal["regression_table"]
    terms: tuple[Text, ...] = ()
    """Variables to show; all terms of the models if absent."""
    show_models: Flag = True
    """Patients and events, concordance and the proportional-hazards test under each model."""
