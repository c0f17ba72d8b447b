"""How a centre's export writes cells, dates, units, codes and sheets."""

from hematotox.dialects.centre_check import disagreements
from hematotox.dialects.export import Export, open_export, read

__all__ = ["Export", "disagreements", "open_export", "read"]
