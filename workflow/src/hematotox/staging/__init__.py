"""One centre's export -> dictionary variables in canonical units."""

from hematotox.staging.believed import Believed
from hematotox.staging.conservation import imbalances
from hematotox.staging.opened import open_centre
from hematotox.staging.patients import plain_number
from hematotox.staging.stage import read_export, stage

__all__ = ["Believed", "imbalances", "open_centre", "plain_number", "read_export", "stage"]
