"""Survival and incidence of groups, gathered from the rows for tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import Row, all_where, conditions, first
from hematotox.reporting.words.sources import Sources, sources

CURVES = {
    "kaplan_meier": "survival_curve",
    "cumulative_incidence": "cumulative_incidence_curve",
}
AT_TIMES = ("survival", "cumulative_incidence")
QUANTILES = ("survival_time_quantile", "cumulative_incidence_time_quantile")
TESTS = ("log_rank", "gray_test")


@dataclass(frozen=True, slots=True)
class CurveGroup:
    """One group (or everybody) of one analysis, for one cause."""

    analysis: str
    method: str
    endpoint: str
    population: str
    """Words for a subset or stratum; empty for all patients."""
    exposure: str
    group: str
    cause: str
    rows: tuple[Row, ...]

    @property
    def curve(self) -> list[Row]:
        """Steps of the curve that have an estimate."""
        estimand = CURVES[self.method]
        return [r for r in self.rows if r["estimand"] == estimand and r["estimate"] is not None]

    @property
    def at_times(self) -> list[Row]:
        """Estimates at the declared times."""
        return [row for row in self.rows if row["estimand"] in AT_TIMES]

    @property
    def differences(self) -> list[Row]:
        """Differences from the first group at the declared times, and their tests."""
        return [row for row in self.rows if row["comparator"]]

    @property
    def median(self) -> Row | None:
        """Row of the median time."""
        medians = [row for row in self.rows if row["estimand"] in QUANTILES]
        return first(medians, term="0.5") or first(medians, reference="0.5")

    @property
    def patients(self) -> int:
        """Patients of the group."""
        return int(self.rows[0]["n"] or 0)

    @property
    def events(self) -> int:
        """Events of the group, as its totals say; else the events of the curve's steps."""
        return sum(int(row["n_event"] or 0) for row in self._counted)

    @property
    def sources_of_events(self) -> Sources:
        """Which numbers the events are."""
        return tuple(one for row in self._counted for one in sources(row, "n_event"))

    @property
    def _counted(self) -> list[Row]:
        """The row with the total of events, else the steps of the curve."""
        totals = [row for row in self.rows if row["estimand"] in (*AT_TIMES, *QUANTILES)]
        return totals[:1] or self.curve

    @property
    def conditions(self) -> tuple[str, ...]:
        """What is wrong or special in this group."""
        return tuple(c for c in conditions(self.rows) if c != "median not reached")


def curve_groups(rows: Sequence[Row], words: Words) -> list[CurveGroup]:
    """Return every group and cause, groups in the order of the words."""
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row["method"] in CURVES and row["condition"] != "no patients":
            key = tuple(str(row[c]) for c in ("analysis", "method", "population", "centre"))
            sets.setdefault(key, []).append(row)
    found: list[CurveGroup] = []
    for members in sets.values():
        exposure = wording.exposure(words, members) or _tested_exposure(rows, members[0])
        codes = wording.ordered(words, exposure, (str(row["group"]) for row in members))
        for cause in _causes(members, words):
            found += [
                _group(all_where(_of_cause(members, cause), group=code), exposure, cause, words)
                for code in codes
            ]
    return [group for group in found if group.rows]


def _group(members: list[Row], exposure: str, cause: str, words: Words) -> CurveGroup:
    head = members[0] if members else {}
    return CurveGroup(
        analysis=str(head.get("analysis", "")),
        method=str(head.get("method", "")),
        endpoint=str(head.get("endpoint", "")),
        population=wording.population(words, head, exposure=exposure) if head else "",
        exposure=exposure,
        group=str(head.get("group", "")),
        cause=cause,
        rows=tuple(members),
    )


def _causes(members: Sequence[Row], words: Words) -> list[str]:
    """Return the causes of an incidence, the event first; one empty cause for survival."""
    if members[0]["method"] == "kaplan_meier":
        return [""]
    present = list(dict.fromkeys(str(row["term"]) for row in members if row["term"]))
    endpoint = words.endpoints.get(str(members[0]["endpoint"]))
    known = [cause for cause in (endpoint.causes if endpoint else {}) if cause in present]
    return [*known, *(cause for cause in present if cause not in known)]


def _of_cause(members: Sequence[Row], cause: str) -> list[Row]:
    return [row for row in members if not cause or row["term"] == cause]


def _tested_exposure(rows: Sequence[Row], member: Row) -> str:
    """Return the exposure that a log-rank test of the same endpoint names."""
    if not member["group"]:
        return ""
    test = first(rows, method="log_rank", endpoint=member["endpoint"])
    return str(test["term"]) if test else ""


def tests_between(rows: Sequence[Row], group: CurveGroup, words: Words, *, cause: str) -> list[Row]:
    """Return the log-rank or Gray tests between the groups that `group` is one of.

    A log-rank test names its exposure; Gray's test is matched by the words, or, if they do not
    name an exposure, by being the test that follows the curves in the display.
    """
    found = []
    latest = ""
    for row in rows:
        if row["method"] in CURVES:
            latest = str(row["analysis"])
        if row["method"] not in TESTS or row["estimand"] != "hypothesis_test":
            continue
        same = row["endpoint"] == group.endpoint
        subset = wording.population(words, row, exposure=group.exposure)
        same = same and subset == group.population
        if row["method"] == "gray_test":
            named = words.exposures.get(str(row["analysis"]), "")
            about = named == group.exposure if named else latest == group.analysis
            about = about and row["term"] == cause
        else:
            about = row["term"] in (group.exposure, "") and not cause
        if same and about:
            found.append(row)
    return found


def named_test(row: Row) -> str:
    """Return "Log-rank", "Stratified log-rank", "Early-weighted log-rank", "Gray"."""
    name = "log-rank" if row["method"] == "log_rank" else "Gray"
    _, _, weights = str(row["test"]).partition("(")
    if weights:  # Fleming and Harrington's rho for early differences, gamma for late ones
        rho, gamma = (float(one) for one in weights.rstrip(")").split(", "))
        when = "early" if not gamma else "late" if not rho else "middle"
        name = f"{when}-weighted {name}"
    stratified = str(row["adjustment"]).startswith("stratified")
    return f"Stratified {name}" if stratified else wording.capitalised(name)
