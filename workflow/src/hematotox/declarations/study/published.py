"""Published numbers: the columns of the estimates table, and how each number stands in print."""

from __future__ import annotations

from hematotox.declarations.base import Declaration, Flag

CERTAINTIES = {
    "T": "exact, from the full text or a published table",
    "A": "exact, from a published abstract",
    "C": "exact, from public code of the authors",
    "S": "from a secondary source",
    "D": "derived by arithmetic from the others",
    "M": "unverified: shown, never compared",
}
PRINTED_COLUMNS = ("printed", "decimals", "place", "certainty", "inconsistent")


class Tolerances(Declaration):
    """How far an estimate may lie from print and still agree; without one, printed decimals.

    Meant for synthetic patients, whose numbers are calibrated to print within limits.
    """

    count: float | None = None
    """Patients."""
    percentage_points: float | None = None
    """Percentage points of a proportion, survival, incidence, AUC."""
    likelihood_ratio: float | None = None
    """Of the likelihood ratio itself."""
    median_percent: float | None = None
    """Per cent of a median or quartile, or of a median time."""
    ratio_within_interval: Flag = False
    """A ratio agrees if it lies in its published interval."""
