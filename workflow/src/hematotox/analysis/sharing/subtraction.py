"""Which analyses would give a few patients away by subtraction from another one.

Overall survival of all (69 patients, 20 deaths) minus that of the patients with a known score (63,
18) leaves 6 patients with 2 deaths. So every set of patients that rows count, with its events, is
held against every other one that may contain it: the same group in another population, another
analysis, after a landmark, up to a horizon or in an earlier release, and the whole against its
parts. That one set lies within the other is not checked, it is assumed. The largest sets are told
first; a set that differs by few from one that is told is not told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from hematotox.analysis.sharing.small_cells import (
    OF_GROUPS,
    OF_LEVELS,
    OF_PATIENTS,
    OF_TABLE,
    OF_VALUES,
    STEPS,
    TOTALS,
    about,
    counts_patients,
)
from hematotox.declarations.study.analyses import methods_with

UNIT = ["analysis", "population", "subgroup", "centre", "endpoint", "landmark", "convention"]
DESCRIBED = methods_with("levels", "choices")
COUNTED = (*OF_GROUPS, *OF_LEVELS, *OF_TABLE)


@dataclass(frozen=True, slots=True)
class PatientSet:
    """Patients that rows of one analysis count, and how many of them have its event."""

    unit: str
    """The analysis, its population and its endpoint."""
    base: str
    endpoint: str
    event: str
    """The endpoint with its convention and, of several causes, the cause."""
    within: frozenset[str]
    """What the patients have in common, such as `ht.group=high`; empty for everybody."""
    is_model: bool
    n: float
    n_event: float
    """Not a number where the rows count patients alone."""

    @property
    def counts_events(self) -> bool:
        """Whether the number of events is given."""
        return not math.isnan(self.n_event)


@dataclass(frozen=True, slots=True)
class Subtractions:
    """What subtraction would give: of whole analyses, and of parts within the whole."""

    few_events: set[str]
    """Analyses that leave few patients, few events or few without, beside another one."""
    few_patients: set[str]
    """Analyses of nearly as many patients as another one, whatever the endpoints."""
    parts: set[str]
    """Analyses of a part that leave few in the rest."""


def units(rows: pd.DataFrame) -> pd.Series:
    """Return the analysis, population and endpoint that each row belongs to, as text."""
    return rows[UNIT].fillna("").astype(str).agg("\n".join, axis=1)


def subtractions(
    rows: pd.DataFrame, smallest: int, *, told: pd.DataFrame | None = None
) -> Subtractions:
    """Return the sets of patients that differ by few from another one.

    Parameters
    ----------
    rows : a study's estimates, each with its own index
    smallest : counts below this are small; a difference without any event too
    told : rows that everybody has already: of earlier releases, and those shown nevertheless
    """
    known = [] if told is None or told.empty else patient_sets(told)
    found = Subtractions(set(), set(), set())
    sets = patient_sets(rows)
    for event in dict.fromkeys(one.event for one in sets):
        chosen = _in_order(one for one in sets if one.event == event)
        _go_through(chosen, [one for one in known if one.event == event], smallest, found=found)
    return found


def patient_sets(rows: pd.DataFrame) -> list[PatientSet]:
    """Return every set of patients that the rows count, each once."""
    chosen = counts_patients(rows) & rows["n"].notna() & ~rows["method"].isin(OF_PATIENTS)
    chosen &= (rows["estimand"] != "roc_curve") & ~rows["method"].isin(OF_VALUES)
    keys = about(rows)
    text = rows[["score", "group", "reference", "comparator", "convention", "term"]]
    text = text.fillna("").astype(str)
    of_group = rows["method"].isin((*OF_GROUPS, *OF_LEVELS)) & ~text["group"].isin(TOTALS)
    compared = text["comparator"] != ""
    compared |= rows["method"].isin(OF_GROUPS) & (text["reference"] != "")
    score = text["score"].where(text["score"] == "", text["score"] + ".")
    group = (score + "group=" + text["group"]).where(of_group & ~compared, "")
    part = keys["part"].str.split(";", n=1).str[1].fillna("")
    centre = rows["centre"].fillna("").astype(str)
    by_cause = rows["method"].isin(("cumulative_incidence", "gray_test"))
    # the first cause is the event of interest, which is that of rows that name no cause
    of_interest = keys["endpoint"].map(text["term"][by_cause].groupby(keys["endpoint"]).first())
    cause = text["term"].where(by_cause & (text["term"] != of_interest), "")
    table = pd.DataFrame(
        {
            "unit": units(rows),
            "base": keys["base"],
            "endpoint": keys["endpoint"],
            "event": (keys["endpoint"] + "\n" + text["convention"] + "\n" + cause).where(
                keys["endpoint"] != "", ""
            ),
            "within": part + ";centre=" + centre + ";" + group,
            "is_model": ~rows["method"].isin(COUNTED),
            "n": pd.to_numeric(rows["n"]).astype(float),
            "n_event": pd.to_numeric(rows["n_event"]).astype(float),
        }
    )[chosen]
    curve = rows.loc[chosen, "estimand"].isin(STEPS)
    # a variable that few lack is withheld by itself: of a description the groups count
    described = rows.loc[chosen, "method"].isin(DESCRIBED) & table["n_event"].isna()
    by = ["unit", "base", "endpoint", "event", "within", "is_model"]
    curves = table[curve].groupby(by, sort=False).agg(n=("n", "max"), n_event=("n_event", "sum"))
    groups = table[described].groupby(by, sort=False).agg(n=("n", "max"))
    parts = [table[~curve & ~described], curves.reset_index(), groups.reset_index()]
    both = pd.concat(parts, ignore_index=True).drop_duplicates()
    both = pd.concat([both, _sums_of_groups(both, by)], ignore_index=True).drop_duplicates()
    return [
        PatientSet(**{**row, "within": _components(row["within"])})
        for row in both.to_dict("records")
    ]


def _components(text: str) -> frozenset[str]:
    found = (part.split("|")[0].strip() for part in text.split(";"))
    return frozenset(part for part in found if part and not part.endswith("="))


def _sums_of_groups(sets: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the whole of the analyses that give their groups alone."""
    grouped = sets["within"].str.contains("group=", regex=False) & (sets["event"] != "")
    largest = sets[grouped].groupby(by, as_index=False)[["n", "n_event"]].max()
    whole = largest["within"].str.rsplit(";", n=1).str[0] + ";"
    return largest.assign(within=whole).groupby(by, as_index=False)[["n", "n_event"]].sum()


def _in_order(sets: Iterable[PatientSet]) -> list[PatientSet]:
    """Sort the whole before its parts, counts before models, the largest first."""
    return sorted(
        sets, key=lambda s: (len(s.within), s.is_model, -s.n, -s.n_event, s.base != "all", s.unit)
    )


def _go_through(
    sets: list[PatientSet], told: list[PatientSet], smallest: int, *, found: Subtractions
) -> None:
    kept = [one for one in told if one.counts_events]
    patients = [*told]
    for one in sets:
        if one.unit in found.few_events:
            continue
        near = [other for other in kept if one.counts_events and _leaves_few(other, one, smallest)]
        if any(other.within == one.within for other in near):
            found.few_events.add(one.unit)
        elif near:
            found.parts.add(one.unit)
        elif any(
            other.within == one.within and 0 < abs(other.n - one.n) < smallest for other in patients
        ):
            found.few_patients.add(one.unit)
        else:
            patients.append(one)
            kept += [one] if one.counts_events else []


def _leaves_few(other: PatientSet, one: PatientSet, smallest: int) -> bool:
    """Return whether one set without the other leaves few patients, few events or few without.

    A part lies in the whole of its own population or of all patients; complete cases of a model
    are the whole of parts of such cases alone.
    """
    if one.within == other.within:
        sizes = sorted([(one.n, one.n_event), (other.n, other.n_event)])
        (n_inner, inner), (n_outer, outer) = sizes
    elif other.within < one.within and other.base in (one.base, "all"):
        if other.is_model and not one.is_model:
            return False
        n_inner, inner, n_outer, outer = one.n, one.n_event, other.n, other.n_event
    else:
        return False
    n, events = n_outer - n_inner, outer - inner
    if n < 0 or events < 0 or (n, events) == (0, 0):
        return False
    return events < smallest if n == 0 else min(n, events, n - events) < smallest
