"""Which estimates of an endpoint would give a small group away, alone or with others.

A table of groups by event is built from every row of an endpoint that counts, whatever the
analysis: proportions, curves, causes, diagnostic tables, described statuses. One small cell closes
the endpoint: its groups, comparisons and models are withheld in every analysis of that population
or score, as the intercept of a model or a total gives the cell back. Only what concerns all
patients together stays. This withholds more than it must: the exposures of a population are not
told apart, and a comparison that does not touch the small cell goes with the others.
"""

from __future__ import annotations

import pandas as pd

from hematotox.declarations.study.analyses import METHODS, methods_with

CURVES = ("survival_curve", "cumulative_incidence_curve", "roc_curve")
CURVE_KEY = ["analysis", "population", "centre", "group", "term", "estimand"]
OF_GROUPS, OF_LEVELS, OF_TABLE = (methods_with(cells) for cells in ("groups", "levels", "table"))
NOT_OF_GROUPS = tuple(method for method, facts in METHODS.items() if facts.cells != "groups")
"""Methods that say that `n` and `n_event` are not those of a group; of any other they are."""
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
    """Return where a count is from 1 to below the smallest that may be told."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    return (numbers > 0) & (numbers < smallest)


def counts_patients(rows: pd.DataFrame) -> pd.Series:
    """Return the rows whose sizes are patients of the study.

    A published cohort is another's and in print; the `n` of a summary is the number of its cohorts
    or centres.
    """
    summary = rows["method"].isin(POOLED) & (rows["centre"].fillna("") == "")
    return ~summary & ~rows["method"].isin(IN_PRINT)


def closed(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows that would give away a small cell of their endpoint.

    Parameters
    ----------
    rows : a study's estimates, curves among them, each with its own index
    smallest : counts from 1 to below this are small
    """
    keys = about(rows)
    cells = pd.concat([_cells(rows, keys), _cells_of_counts(rows, keys)], ignore_index=True)
    cells["small"] = False
    for column in ("n", "n_event", "without"):
        cells["small"] |= is_small(cells[column], smallest)
    cells = pd.concat(
        [cells, _rest_of_groups(cells, smallest), _rest_of_parts(cells, smallest)],
        ignore_index=True,
    )
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
    population = rows["population"].fillna("").astype(str)
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
    counted = ~rows["method"].isin(NOT_OF_GROUPS) & (keys["endpoint"] != "")
    curve = counted & rows["estimand"].isin(CURVES)
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
            if is_small(rest, smallest).any():
                found.append(table[~total].head(1).assign(small=True))
    return pd.concat(found) if found else cells.iloc[:0]


def _rest_of_parts(cells: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """Return the parts that are the whole but for a few."""
    by = ["base", "endpoint", "method", "term", "group"]
    numbers = ["n", "n_event", "without"]
    whole = cells[cells["part"] == ""].groupby(by, as_index=False)[numbers].max()
    parts = cells[cells["part"] != ""]
    both = parts.merge(whole, on=by, how="left", suffixes=("", "_whole"))
    few = pd.Series(False, index=both.index)
    for column in numbers:
        few |= is_small(both[f"{column}_whole"] - both[column], smallest)
    return both.loc[few, list(cells.columns)].assign(small=True)


def sizes_beside(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the models whose patients are all those of another estimate but for few events.

    A model leaves out who lacks one of its variables: 389 patients with 22 events beside 342 with
    19 say that 3 of those left out had the event. The larger set keeps its sizes.

    Parameters
    ----------
    rows : a study's estimates, each with its own index
    smallest : counts from 1 to below this are small
    """
    keys = about(rows)
    sized = rows["n"].notna() & rows["n_event"].notna() & ~rows["estimand"].isin(CURVES)
    sized &= counts_patients(rows) & ~rows["method"].isin(OF_PATIENTS) & (keys["endpoint"] != "")
    model = sized & ~rows["method"].isin((*OF_GROUPS, *OF_LEVELS))
    whole = sized & (model | (rows["method"].isin(OF_GROUPS) & keys["group"].isin(TOTALS)))
    hide = pd.Series(False, index=rows.index)
    numbers = rows[["n", "n_event"]].astype(float)
    convention = rows["convention"].fillna("")
    by = [keys["base"], keys["part"], keys["endpoint"], convention]
    for places in rows[whole].groupby([key[whole] for key in by], sort=False).groups.values():
        sizes = numbers.loc[places].assign(model=model[places])
        ordered = sizes.sort_values(["model", "n", "n_event"], ascending=[True, False, False])
        kept: list[tuple[float, float]] = []
        for n, n_event in ordered[["n", "n_event"]].drop_duplicates().itertuples(index=False):
            few = any(_differ_by_few((n, n_event), other, smallest) for other in kept)
            if not few:
                kept.append((n, n_event))
            same = (sizes["n"] == n) & (sizes["n_event"] == n_event) & sizes["model"]
            hide[same.index[same]] = few
    return hide


def _differ_by_few(one: tuple[float, float], other: tuple[float, float], smallest: int) -> bool:
    n, n_event = abs(one[0] - other[0]), abs(one[1] - other[1])
    return bool(n) and any(0 < count < smallest for count in (n, n_event, n - n_event))


def _of_all_patients(rows: pd.DataFrame) -> pd.Series:
    """Return the rows of analyses that describe all patients together: no group, no model."""
    grouped = ~rows["group"].fillna("").isin(["", "all"])
    where = [rows[column].fillna("") for column in WHERE]
    plain = ~grouped.groupby(where).transform("any")
    return plain & rows["method"].isin(ALWAYS_TOTAL)
