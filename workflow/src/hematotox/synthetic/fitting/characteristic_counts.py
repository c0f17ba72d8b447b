"""How many patients of each cell have each characteristic of Table 1."""

from __future__ import annotations

from hematotox.synthetic.assumptions import Assumptions
from hematotox.synthetic.calibration import LevelCounts
from hematotox.synthetic.fitting.cell_counts import Columns, split_levels
from hematotox.synthetic.fitting.known_counts import known_columns
from hematotox.synthetic.fitting.published_numbers import PublishedNumbers

YES_OR_NO = {
    "female": "female",
    "refractory": "refractory",
    "stage_advanced": "stage III-IV",
    "ipi_high": "IPI >= 3",
    "bulky": "bulky (> 5 cm)",
    "prior_autologous_transplant": "prior ASCT",
    "bridging": "bridging",
}
"""Variable, and its row in Table 1."""
SEVERAL_LEVELS = {
    "histology": {"dlbcl": "DLBCL", "hgbl": "HGBL", "pmbcl": "PMBCL"},
    "product": {"axi_cel": "axi-cel", "tisa_cel": "tisa-cel"},
    "prior_lines": {"1": "prior lines 1", "2": "prior lines 2", "3": "prior lines >= 3"},
}
"""Variable, level, and the level's row in Table 1."""

Cells = dict[str, LevelCounts]


def characteristic_counts(
    published: PublishedNumbers, assumptions: Assumptions, *, both_high: int
) -> dict[str, Cells]:
    """Count patients by variable, cell and level; the level "" is unknown.

    How many are unknown follows from the printed percentages, for lactate dehydrogenase from the
    printed number. Bridging failure is counted among the bridged; its percentages contradict
    its counts in print, the counts are kept.
    """
    sizes = published.columns("column head")
    counts: dict[str, Cells] = {}
    for variable, row in YES_OR_NO.items():
        printed = published.printed(row)
        known = known_columns(printed, sizes)
        counts[variable] = split_levels(_two_levels(printed.counts, known, sizes=sizes), both_high)
    for variable, levels in SEVERAL_LEVELS.items():
        columns = {level: published.columns(row) for level, row in levels.items()}
        counts[variable] = split_levels(columns, both_high)
    above = published.columns("LDH > ULN")
    missing = published.columns("LDH missing")
    known = _minus(sizes, missing)
    counts["ldh_above_normal"] = split_levels(_two_levels(above, known, sizes=sizes), both_high)
    failed = published.columns("bridging failure (PD)")
    bridged = published.columns("bridging")
    failures = split_levels(_two_levels(failed, bridged, sizes=sizes), both_high)
    counts["bridging_failure"] = _partly_known(failures, assumptions.bridging_failure_known)
    counts["marrow_involvement"] = _shares(counts["female"], assumptions.marrow_involvement)
    return counts


def _two_levels(yes: Columns, known: Columns, *, sizes: Columns) -> dict[str, Columns]:
    return {"yes": yes, "no": _minus(known, yes), "": _minus(sizes, known)}


def _minus(columns: Columns, other: Columns) -> Columns:
    return Columns(*(a - b for a, b in zip(columns, other, strict=True)))


def _partly_known(cells: Cells, share: float) -> Cells:
    """Make some of those without failure unknown, so that a share of all is known."""
    found: Cells = {}
    for cell, levels in cells.items():
        asked = levels["yes"] + levels["no"]
        unknown = min(levels["no"], round(asked * (1 - share)))
        found[cell] = {
            "yes": levels["yes"],
            "no": levels["no"] - unknown,
            "": levels[""] + unknown,
        }
    return found


def _shares(cells: Cells, shares: dict[str, float]) -> Cells:
    """Give every cell the same shares of the levels."""
    found: Cells = {}
    for cell, levels in cells.items():
        size = sum(levels.values())
        counts = {level: round(share * size) for level, share in shares.items()}
        found[cell] = {**counts, "": size - sum(counts.values())}
    return found
