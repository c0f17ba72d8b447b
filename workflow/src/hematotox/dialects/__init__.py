"""How a centre's export writes cells, dates, units, codes and sheets."""

from hematotox.dialects.agreement import disagreements
from hematotox.dialects.export import Export, open_export, read
from hematotox.dialects.write import write

__all__ = ["Export", "disagreements", "open_export", "read", "write"]
