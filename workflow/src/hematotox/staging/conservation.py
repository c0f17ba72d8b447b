"""Conservation at staging: every row of an export has exactly one destination.

Rows read = rows staged + rows set aside + rows that the centre file leaves out; and the staged
tables hold as many patients, values and events as were put into them.
"""

from __future__ import annotations

from collections import Counter

from hematotox.contracts import Staged


def imbalances(staged: Staged) -> list[str]:
    """Return a sentence for everything that does not add up; an empty list if nothing is lost.

    Parameters
    ----------
    staged : the staged tables of one or several centres, with their tally
    """
    tally = staged.tally
    gone = tally["rows_staged"] + tally["rows_set_aside"] + tally["rows_left_out"]
    found = [
        f"{row.centre}: {row.file}: {row.rows_read} rows read, {row.rows_staged} staged, "
        f"{row.rows_set_aside} set aside, {row.rows_left_out} left out"
        for row in tally[gone != tally["rows_read"]].itertuples()
    ]
    for name in ("subjects", "labs", "events"):
        centres: Counter[str] = Counter()
        for patient_id, rows in getattr(staged, name)["patient_id"].value_counts().items():
            centres[patient_id.partition("/")[0]] += rows
        for centre, expected in tally.groupby("centre", sort=True)[name].sum().items():
            present = centres[centre]
            if present != expected:
                found.append(f"{centre}: {name}: {expected} were staged, {present} are here")
    found += _findings(staged)
    return found


def _findings(staged: Staged) -> list[str]:
    """Every file with rows set aside has findings that say why."""
    aside = staged.findings[staged.findings["row_set_aside"]]
    told = set(zip(aside["centre"], aside["file"], strict=True))
    return [
        f"{row.centre}: {row.file}: {row.rows_set_aside} rows set aside without a finding"
        for row in staged.tally[staged.tally["rows_set_aside"] > 0].itertuples()
        if (row.centre, row.file) not in told
    ]
