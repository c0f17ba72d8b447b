"""One centre's export -> dictionary variables in canonical units."""

from hematotox.staging.conservation import imbalances
from hematotox.staging.stage import stage

__all__ = ["imbalances", "stage"]
