"""Missing items and covariates, drawn several times given everything else that is known."""

from hematotox.imputation.impute import impute

__all__ = ["impute"]
