"""Differences of survival or incidence between groups at the declared times."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.stats.survival.differences_at_times import difference_at_time


def difference_rows(patients: Patients, at_times: Sequence[Row], *, term: str = "") -> list[Row]:
    """Return the difference of each group from the first one at each time, with two tests.

    Parameters
    ----------
    at_times : rows of survival or incidence at times, of one event
    term : the event
    """
    groups = list(dict.fromkeys(row["group"] for row in at_times))
    by_place = {(row["group"], row["time"]): row for row in at_times}
    rows = []
    for group, time in by_place:
        own, first = by_place[group, time], by_place.get((groups[0], time))
        if group == groups[0] or first is None:
            continue
        pair = (first, own)
        said = dict.fromkeys(part for row in pair for part in row["condition"].split("; ") if part)
        shared: Row = {"group": group, "comparator": groups[0], "term": term, "time": time}
        shared |= {name: own[name] + first[name] for name in ("n", "n_event")}
        if own["estimate"] is None or first["estimate"] is None:
            continue
        found = difference_at_time(
            (own["estimate"], first["estimate"]),
            (own["std_error"] or 0.0, first["std_error"] or 0.0),
            incidence=own["estimand"] == "cumulative_incidence",
        )
        rows.append(
            patients.context.row(
                own["method"],
                f"{own['estimand']}_difference",
                **shared,
                **columns_of(found, "estimate", "std_error", "conf_low", "conf_high"),
                **columns_of(found, "conf_level", "p_value"),
                conf_method="plain",
                test="wald",
                condition=tuple(said),
            )
        )
        tested = {"statistic": found.log_log_statistic, "p_value": found.log_log_p_value, "df": 1}
        none = () if tested["p_value"] == tested["p_value"] else ("not estimable",)
        rows.append(
            patients.context.row(
                own["method"],
                "hypothesis_test",
                **shared,
                **tested,
                test="log-log",
                condition=(*said, *none),
            )
        )
    return rows
