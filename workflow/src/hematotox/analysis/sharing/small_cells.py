"""Which estimates of an endpoint would give a small group away, alone or with others.

A table of groups by event is built from every row of an endpoint that counts, whatever the
analysis, and from those that its ratios give back (`back_calculation`). One small cell closes
the endpoint: its groups, comparisons and models are withheld in every analysis of that population
or score, as the intercept of a model or a total gives the cell back. Only what concerns all
patients together stays. This withholds more than it must: the exposures of a population are not
told apart, and a comparison that does not touch the small cell goes with the others.
"""

from __future__ import annotations

import pandas as pd

from hematotox.declarations.study.analyses import METHODS, methods_with

STEPS = ("survival_curve", "cumulative_incidence_curve")
CURVES = (*STEPS, "roc_curve")
CURVE_KEY = ["analysis", "population", "centre", "group", "term", "estimand"]
OF_GROUPS, OF_LEVELS, OF_TABLE = (methods_with(cells) for cells in ("groups", "levels", "table"))
NOT_OF_GROUPS = tuple(method for method, facts in METHODS.items() if facts.cells != "groups")
"""Methods that say that `n` and `n_event` are not those of a group; of any other they are."""
OF_VALUES = methods_with("values")
ALWAYS_TOTAL = methods_with("groups", "levels", "choices")
OF_PATIENTS = methods_with("flow")
TOTALS = ("", "all")
STATUS = ".status"
SUMMARY = "summary"
POOLED = methods_with("studies")
IN_PRINT = methods_with("print")
"""Published numbers of other cohorts: everybody can read them."""
WHERE = ["analysis", "population", "centre"]
LISTED = ["base", "part", "endpoint", "analysis", "method", "term", "score"]


def is_small(values: pd.Series, smallest: int) -> pd.Series:
    """Return where a cell is below the smallest that may be told; nobody in it tells too."""
    return pd.to_numeric(values, errors="coerce").astype(float) < smallest


def is_few(values: pd.Series, smallest: int) -> pd.Series:
    """Return where some are left out, but fewer than the smallest number that may be told."""
    return is_small(values, smallest) & (pd.to_numeric(values, errors="coerce") > 0)


def counts_patients(rows: pd.DataFrame) -> pd.Series:
    """Return the rows whose sizes are patients of the study.

    A published cohort is another's and in print; the `n` of a summary is the number of its cohorts
    or centres.
    """
    summary = rows["method"].isin(POOLED) & (rows["centre"].fillna("") == "")
    return ~summary & ~rows["method"].isin(IN_PRINT)


def few_at_a_value(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows by single numbers of points of analyses in which one has few patients.

    Any two of them, and the groups, subtract to the others: so none is told.
    """
    of = rows["method"].isin(OF_VALUES)
    few = of & is_few(rows["n"], smallest)
    for count in (rows["n_event"], rows["n"] - rows["n_event"]):
        few |= of & is_small(count, smallest) & (rows["n"] != 0)
    keys = [rows[column].fillna("") for column in WHERE]
    return of & few.groupby(keys).transform("any")


def closed(rows: pd.DataFrame, smallest: int, found: pd.Series) -> pd.Series:
    """Return the rows that would give away a small cell of their endpoint.

    Parameters
    ----------
    rows : a study's estimates, curves among them, each with its own index
    smallest : counts below this are small
    found : rows behind which small cells were found in another way
    """
    keys = about(rows)
    cells = pd.concat([_cells(rows, keys), _cells_of_counts(rows, keys)], ignore_index=True)
    cells["small"] = is_few(cells["n"], smallest)
    for column in ("n_event", "without"):
        cells["small"] |= is_small(cells[column], smallest) & (cells["n"] != 0)
    others = keys[found].assign(group="cell", small=True)
    cells = pd.concat([cells, _rest_of_groups(cells, smallest), others], ignore_index=True)
    small = cells[cells["small"].astype(bool)]
    of_all = small[small["part"] == ""]
    of_parts = small[small["part"] != ""]
    pair = _pairs(keys, "base")
    is_part = keys["part"] != ""
    counts = ~rows["method"].isin((*OF_PATIENTS, *IN_PRINT)) & (keys["endpoint"] != "")
    pooled = (rows["population"] == SUMMARY) | rows["method"].isin(POOLED)
    together = set(pair[counts & ~pooled & ~is_part])

    total = of_all[of_all["group"].isin(TOTALS)]
    hide = pair.isin(set(_pairs(total, "base")))
    compares = ~_of_all_patients(rows)
    scored = of_all[of_all["score"] != ""]
    hide |= pair.isin(set(_pairs(of_all, "base"))) & (compares | is_part)
    hide |= _pairs(keys, "score").isin(set(_pairs(scored, "score"))) & compares
    # a part (a centre, a subgroup) is the whole minus the other parts
    spread = set(_pairs(of_parts, "base")) & together
    hide |= pair.isin(spread) & is_part
    own = set(_pairs(of_parts, "base") + "\n" + of_parts["part"])
    hide |= (pair + "\n" + keys["part"]).isin(own) & is_part
    hide |= pooled & keys["endpoint"].isin(set(small["endpoint"]))
    return hide & counts


def about(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each row is about: the whole population, the part of it, and the endpoint."""
    subgroup = rows["subgroup"].fillna("").astype(str)
    population = rows["population"].fillna("").astype(str)
    population = population.where(subgroup == "", population + "; " + subgroup)
    base = population.str.split(";").str[0].str.strip()
    centre = rows["centre"].fillna("").astype(str)
    inside = population.where(population.str.contains(";", regex=False), "")
    part = inside.where((inside == "") & (centre == ""), population + "|" + centre)
    term = rows["term"].fillna("").astype(str)
    described = rows["method"].isin(OF_LEVELS) & term.str.endswith(STATUS)
    endpoint = rows["endpoint"].fillna("").astype(str)
    endpoint = endpoint.mask(described, term.str.removesuffix(STATUS))
    keys = rows[["analysis", "method", "group", "score"]].fillna("").astype(str)
    return keys.assign(base=base, part=part, endpoint=endpoint, term=term)


def _pairs(keys: pd.DataFrame, first: str) -> pd.Series:
    return keys[first].astype(str) + "\n" + keys["endpoint"].astype(str)


def _cells(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return patients and events of each group where both are given, of curves their total."""
    numbers = rows[["n", "n_event"]].apply(pd.to_numeric, errors="coerce").astype(float)
    counted = counts_patients(rows) & ~rows["method"].isin(OF_PATIENTS) & (keys["endpoint"] != "")
    # of any other method they are those of all that it analyses: of a centre, say
    others = rows["method"].isin(NOT_OF_GROUPS)
    counted &= ~others | (keys["part"] != "")
    keys = keys.assign(group=keys["group"].where(~others, ""))
    counted &= (rows["estimand"] != "roc_curve") & ~rows["method"].isin(OF_VALUES)
    curve = counted & rows["estimand"].isin(STEPS)
    given = pd.concat([keys, numbers], axis=1)
    by = [*LISTED, "group"]
    points = given[counted & ~curve & numbers["n_event"].notna()].drop_duplicates()
    totals = given[curve].groupby(by, sort=False).agg(n=("n", "max"), n_event=("n_event", "sum"))
    both = pd.concat([points, totals.reset_index()], ignore_index=True)
    return both.assign(without=both["n"] - both["n_event"])


def _cells_of_counts(rows: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are given as counts: diagnostic tables, statuses, moved patients."""
    status = rows["method"].isin(OF_LEVELS) & rows["reference"].isin(["yes", "no"])
    other = rows["method"].isin(OF_TABLE)
    chosen = (rows["estimand"] == "count") & (keys["endpoint"] != "") & (status | other)
    cells = keys[chosen].assign(n=float("nan"), without=float("nan"))
    # the four cells of a diagnostic table are of groups even where no group is named
    cells["group"] = cells["group"].mask(other[chosen], "cell")
    return cells.assign(n_event=pd.to_numeric(rows.loc[chosen, "estimate"]).astype(float))


def _rest_of_groups(cells: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """Return the rest of all patients that the listed groups leave, where it is small."""
    found = []
    known = cells[cells["n"].notna()].drop_duplicates([*LISTED, "group"])
    for _, table in known.groupby(LISTED, sort=False):
        total = table["group"].isin(TOTALS)
        if total.any() and not total.all():
            numbers = ["n", "n_event", "without"]
            rest = table.loc[total, numbers].max() - table.loc[~total, numbers].sum()
            if rest["n"] > 0 and is_small(rest, smallest).any():
                found.append(table[~total].head(1).assign(small=True))
    return pd.concat(found) if found else cells.iloc[:0]


def _of_all_patients(rows: pd.DataFrame) -> pd.Series:
    """Return the rows of analyses that describe all patients together: no group, no model."""
    grouped = ~rows["group"].fillna("").isin(["", "all"])
    where = [rows[column].fillna("") for column in WHERE]
    plain = ~grouped.groupby(where).transform("any")
    return plain & rows["method"].isin(ALWAYS_TOTAL)
