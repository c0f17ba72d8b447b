"""The paper's printed numbers, looked up by what they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import pandas as pd

from hematotox.synthetic.cell_counts import Columns
from hematotox.synthetic.known_counts import Printed

GROUPS = (("simple_ht", "low"), ("simple_ht", "high"), ("ht", "low"), ("ht", "high"))
COUNT, SHARE = "count", "percentage_of_known"


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """A printed odds ratio, high against low, with its limits and both percentages."""

    estimate: float
    conf_low: float
    conf_high: float
    share_low: float
    share_high: float


class PublishedNumbers:
    """A table of published numbers (`config/published/<study>.csv`)."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table
        keys = ["population", "group", "endpoint", "term", "reference", "estimand", "method"]
        self._texts = table[keys].astype(object).where(table[keys].notna(), "")

    def value(self, **wanted: str) -> float | None:
        """Return the estimate of the first row with these identifiers; None without one."""
        rows = self._rows(wanted)
        return float(rows["estimate"].iloc[0]) if len(rows) else None

    def required(self, **wanted: str) -> float:
        """Return the estimate of the row with these identifiers.

        Raises
        ------
        KeyError
            The table has no such row.
        """
        found = self.value(**wanted)
        if found is None:
            raise KeyError(f"published numbers: no row with {wanted}")
        return found

    def columns(self, term: str, reference: str) -> Columns:
        """Return the counts of a level in the four columns of Table 1."""
        counts = (
            self.required(population=p, group=g, term=term, reference=reference, estimand=COUNT)
            for p, g in GROUPS
        )
        return Columns(*(round(count) for count in counts))

    def group_sizes(self) -> Columns:
        """Return the patients in the four columns of Table 1."""
        counts = (
            self.required(population=p, group=g, term=f"{p}.group", estimand=COUNT)
            for p, g in GROUPS
        )
        return Columns(*(round(count) for count in counts))

    def printed(self, term: str, reference: str) -> Printed:
        """Return counts and percentages of a level as Table 1 prints them."""

        def percentages(population: str) -> tuple[int, int, int]:
            low, high, everybody = (
                round(
                    100
                    * self.required(
                        population=population,
                        group=group,
                        term=term,
                        reference=reference,
                        estimand=SHARE,
                    )
                )
                for group in ("low", "high", "")
            )
            return everybody, low, high

        counts = self.columns(term, reference)
        return Printed(counts, percentages("simple_ht"), percentages("ht"))

    def age_quartiles(self, population: str, group: str) -> tuple[float, float, float]:
        """Return the printed quartiles of age in a column of Table 1."""
        wanted = {"population": population, "group": group, "term": "age"}
        low = self.required(**wanted, estimand="quantile", reference="0.25")
        middle = self.required(**wanted, estimand="median")
        return low, middle, self.required(**wanted, estimand="quantile", reference="0.75")

    def odds_ratio(self, endpoint: str, population: str) -> OddsRatio | None:
        """Return the unadjusted odds ratio of an endpoint and its percentages, if printed."""
        wanted = {"endpoint": endpoint, "population": population}
        rows = self._rows({**wanted, "estimand": "log_odds_ratio"})
        rows = rows[rows["adjustment"].isna() | (rows["adjustment"] == "")]
        shares = [
            self.value(**wanted, group=group, estimand="proportion") for group in ("low", "high")
        ]
        if rows.empty:
            return None
        first = rows.iloc[0]
        # Sensitivity and specificity stand in for percentages that are not printed.
        low, high = (0.0 if share is None else share for share in shares)
        limits = (exp(float(first["conf_low"])), exp(float(first["conf_high"])))
        return OddsRatio(exp(float(first["estimate"])), *limits, low, high)

    def _rows(self, wanted: dict[str, str]) -> pd.DataFrame:
        fits = pd.Series(True, index=self._table.index)
        for column, text in wanted.items():
            fits &= self._texts[column] == text
        return self._table[fits]
