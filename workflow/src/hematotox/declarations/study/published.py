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
EXEMPTIBLE = ("estimate", "limits", "P")
"""What a published file may exempt from being judged: a number that would mean nothing if ours
were equal to it, such as a misprint. Any other contradiction in print is a remark."""


class Tolerances(Declaration):
    """How near to print the simulator had to come; agreement is judged at printed decimals.

    An estimate that differs within these says so beside the verdict; real patients have none.
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
    """A ratio had to lie in its published interval."""
