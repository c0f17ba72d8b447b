"""What must hold of every run: `check_run`."""

from hematotox.checks.findings import Finding
from hematotox.checks.run import check_run

__all__ = ["Finding", "check_run"]
