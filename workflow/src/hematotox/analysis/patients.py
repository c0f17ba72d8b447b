"""Who is analysed: the rows of one analysis, and where the other patients went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.analysis.derived_numbers import derived_numbers
from hematotox.analysis.rows import Context, Row
from hematotox.contracts import Cohort
from hematotox.declarations.study.analyses import Analysis
from hematotox.declarations.study.analysis_base import DIVIDES, AnalysisBase
from hematotox.declarations.study.plan import Plan
from hematotox.stats.numerics.survival_data import joined_times
from hematotox.stats.survival.landmark import landmark_population

WEIGHT = "_weight"
"""Column of the weights, where patients stand for others too."""


@dataclass(frozen=True, slots=True)
class Patients:
    """Patients of one analysis, one row each, and the context of its estimates."""

    table: pd.DataFrame
    context: Context
    plan: Plan
    cohort: Cohort

    @property
    def sizes(self) -> Row:
        """Patients and events of the analysis, as columns of a row."""
        return {"n": len(self.table), "n_event": int(self.event.sum())}

    @property
    def weights(self) -> NDArray[np.float64] | None:
        """How many each patient stands for; none where everybody counts once."""
        return self.table[WEIGHT].to_numpy(dtype=np.float64) if WEIGHT in self.table else None

    def category_or_none(self, variable: str | None) -> NDArray[np.object_] | None:
        """Return a category as text, if one is named."""
        return self.category(variable) if variable else None

    @property
    def time(self) -> NDArray[np.float64]:
        """Days from the time origin to event or censoring, float noise joined for all methods."""
        return joined_times(self.table["_time"].to_numpy(dtype=np.float64))

    @property
    def status(self) -> NDArray[np.int64]:
        """0 censored, 1 event, 2 and above competing events."""
        return self.table["_status"].to_numpy(dtype=np.int64)

    @property
    def event(self) -> NDArray[np.int64]:
        """1 for the event of interest, 0 for everything else."""
        return (self.status == 1).astype(np.int64)

    def levels(self, variable: str) -> tuple[str, ...]:
        """Return the levels of a category in order; those of the plan, else of the data."""
        planned = self.plan.variables[variable]
        if not planned.levels:
            return tuple(sorted(self.table[variable].unique()))
        there = set(self.table[variable].unique()) if planned.further else set()
        return (*planned.levels, *(level for level in planned.further if level in there))

    def category(self, variable: str) -> NDArray[np.object_]:
        """Return a category as text."""
        return self.table[variable].to_numpy(dtype=object)

    def number(self, variable: str) -> NDArray[np.float64]:
        """Return a number."""
        return self.table[variable].to_numpy(dtype=np.float64)

    def is_category(self, variable: str) -> bool:
        """Return whether a variable is a category."""
        return self.plan.variables[variable].type == "category"


def wide_table(cohort: Cohort, plan: Plan) -> pd.DataFrame:
    """Return one row an included patient with every variable that the plan knows."""
    population = cohort.population[cohort.population["included"]].set_index("patient_id")
    table = population.copy()
    scores = cohort.scores
    for score in scores["score"].unique():
        rows = scores[scores["score"] == score].set_index("patient_id")
        table[f"{score}.group"] = rows["group"].reindex(table.index).fillna("")
        table[f"{score}.points"] = rows["points"].reindex(table.index)
        table[f"{score}.known"] = np.where(table[f"{score}.group"] == "", "no", "yes")
        table[_missing(score)] = _items_missing(cohort.baseline, score).reindex(table.index)
    for endpoint in cohort.endpoints["endpoint"].unique():
        rows = cohort.endpoints[cohort.endpoints["endpoint"] == endpoint].set_index("patient_id")
        status = rows["status"].where(rows["evaluable"]).reindex(table.index)
        happened = np.where(status.eq(1).fillna(False), "yes", "no")
        table[f"{endpoint}.status"] = pd.Series(happened, table.index).where(status.notna(), "")
        if f"{endpoint}.detail" in plan.variables:
            table[f"{endpoint}.detail"] = rows["detail"].reindex(table.index)
    table = table.join(derived_numbers(cohort, plan, table.index))
    for name, variable in plan.variables.items():
        if name not in table and "." in name:
            # No patient has this score or endpoint: it is unknown in all, if there are any.
            table[name] = "" if variable.type == "category" else np.nan
        if name in table and variable.type == "category":
            table[name] = table[name].astype(object).where(table[name].notna(), "").map(str)
        elif name in table:
            table[name] = pd.to_numeric(table[name]).astype("float64")
    return table


def _missing(score: str) -> str:
    """Return the column with the items of a score that a patient lacks."""
    return f"_missing_{score}"


def _items_missing(baseline: pd.DataFrame, score: str) -> pd.Series:
    """Return for each patient the items of a score without a value at baseline, as text."""
    own = baseline[(baseline["score"] == score) & (baseline["variant"].fillna("") == "")]
    empty = own[own["value_low"].isna()].sort_values(["patient_id", "variable"])
    return empty.groupby("patient_id")["variable"].agg(", ".join)


def known(table: pd.DataFrame, variable: str, plan: Plan) -> pd.Series:
    """Return for each patient whether a variable is known."""
    if plan.variables[variable].type == "category":
        planned = plan.variables[variable]
        levels = (*planned.levels, *planned.further)
        return table[variable].isin(levels) if levels else table[variable] != ""
    return table[variable].notna()


def repetitions(
    table: pd.DataFrame, analysis: AnalysisBase, context: Context
) -> Iterator[tuple[pd.DataFrame, Context]]:
    """Yield the analysis' table and context, once or for each level of `by`."""
    from dataclasses import replace

    table, label = _selected(table, analysis)
    if analysis.by is None:
        yield table, replace(context, population=label)
        return
    for level in sorted(level for level in table[analysis.by].unique() if level != ""):
        rows = table[table[analysis.by] == level]
        if analysis.by == "centre":
            yield rows, replace(context, population=label, centre=level)
        else:
            yield rows, replace(context, population=f"{label}; {analysis.by}={level}")


def left_out_of_repetitions(
    table: pd.DataFrame, analysis: AnalysisBase, context: Context
) -> list[Row]:
    """Return how many patients are in no repetition because the variable of `by` is unknown."""
    from dataclasses import replace

    if analysis.by is None:
        return []
    table, label = _selected(table, analysis)
    count = int((table[analysis.by] == "").sum())
    here = replace(context, population=f"{label}; {analysis.by} unknown")
    left_out = {f"{analysis.by} unknown": count}
    return evaluability_rows(here, 0, left_out, total=count) if count else []


def _selected(table: pd.DataFrame, analysis: AnalysisBase) -> tuple[pd.DataFrame, str]:
    """Return the patients that an analysis is declared for, and the words for them."""
    label = analysis.population
    if analysis.population != "all":
        table = table[table[f"{analysis.population}.group"] != ""]
    for variable, level in analysis.within.items():
        table = table[table[variable] == level]
        label = f"{label}; {variable}={level}"
    return table, label


def with_endpoint(table: pd.DataFrame, endpoints: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """Add time, status and evaluability of one endpoint to the patients' rows."""
    rows = endpoints[endpoints["endpoint"] == endpoint].set_index("patient_id")
    return table.assign(
        _time=rows["time"].reindex(table.index),
        _status=rows["status"].reindex(table.index),
        _evaluable=rows["evaluable"].reindex(table.index).eq(True),
        _reason=rows["reason"].reindex(table.index).fillna(""),
        _decided=rows["decided_by"].reindex(table.index).fillna(""),
    )


def complete(
    table: pd.DataFrame, variables: tuple[str, ...], plan: Plan
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Keep patients with an evaluable endpoint and known variables; count the others.

    Returns
    -------
    the kept rows, and the number left out for each reason, in the order of the reasons
    """
    left_out: dict[str, int] = {}
    if "_evaluable" in table:
        missing = ~table["_evaluable"]
        for reason, count in table.loc[missing, "_reason"].value_counts().sort_index().items():
            left_out[f"endpoint not evaluable: {reason}"] = int(count)
        table = table[~missing]
    start = table
    for variable in variables:
        missing = ~known(table, variable, plan)
        if table.empty and len(start) and not known(start, variable, plan).any():
            # nobody is left, but this would have left out everybody too: both must be found
            left_out.setdefault(f"{variable} unknown", 0)
        for reason, count in _unknown(table[missing], variable, plan).items():
            left_out[reason] = left_out.get(reason, 0) + count
        table = table[~missing]
    return table, left_out


def _unknown(table: pd.DataFrame, variable: str, plan: Plan) -> dict[str, int]:
    """Count patients of whom a variable is unknown; of a score, by the items that they lack."""
    reason = f"{variable} unknown"
    items = _missing(plan.variables[variable].score or "")
    if items not in table:
        return {reason: len(table)} if len(table) else {}
    counts = table[items].fillna("").value_counts().sort_index()
    return {f"{reason}: without {one}" if one else reason: int(n) for one, n in counts.items()}


def after_landmark(table: pd.DataFrame, landmark: float | None) -> tuple[pd.DataFrame, int]:
    """Keep those still at risk after the landmark and count their time from it."""
    if landmark is None or table.empty:
        return table, 0
    found = landmark_population(
        time=table["_time"], event=table["_status"].eq(1).astype(int), landmark=landmark
    )
    return table.iloc[found.row].assign(_time=found.time), len(table) - found.row.size


def evaluability_rows(
    context: Context, analysed: int, left_out: dict[str, int], *, total: int
) -> list[Row]:
    """Return where the patients of an analysis went, so that none is lost silently.

    `total` is counted before anybody is left out; `checks` holds the parts against it.
    """
    counts = {"analysed": analysed, **left_out}
    return [
        context.row("evaluability", "count", term=reason, estimate=count, n=total)
        for reason, count in counts.items()
    ]


def variables_of(analysis: Analysis, plan: Plan) -> tuple[str, ...]:
    """Return every variable that an analysis needs, in the order it names them."""
    names: list[str] = []
    single = ("variable", "exposure", "marker", "compare", *DIVIDES)
    for field in single:
        value = getattr(analysis, field, None)
        if value:
            names.append(value)
    names += getattr(analysis, "covariates", ())
    adjust = getattr(analysis, "adjust", None)
    if adjust:
        names += plan.linear_predictors[adjust].covariates
    return tuple(dict.fromkeys(names))
