"""The name of a linear predictor, where a study adjusts for one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from hematotox.declarations.base import Name


def _one_predictor(written: object) -> object:
    """Refuse a list of variables where the name of a linear predictor belongs."""
    if isinstance(written, str):
        return written
    raise ValueError(
        "names one of the study's linear_predictors, it is no list; for single variables write "
        "covariates: [...]"
    )


PredictorName = Annotated[Name, BeforeValidator(_one_predictor)]
"""Name of a linear predictor of the study."""
