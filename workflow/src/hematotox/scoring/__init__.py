"""A declared score, applied."""

from hematotox.scoring.imputed import score_imputed
from hematotox.scoring.points import score, score_values, score_variants

__all__ = ["score", "score_imputed", "score_values", "score_variants"]
