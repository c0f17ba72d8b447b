"""The paper's printed numbers, looked up by where they stand in print."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import pandas as pd

from hematotox.synthetic.fitting.cell_counts import Columns
from hematotox.synthetic.fitting.known_counts import Printed

TABLE_COLUMNS = ("SimpleHT low", "SimpleHT high", "HT low", "HT high")
COUNT, SHARE, PROPORTION = "count", "percentage_of_known", "proportion"
QUARTILES = (("quantile", "0.25"), ("median", ""), ("quantile", "0.75"))


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
        keys = ["place", "group", "endpoint", "term", "reference", "estimand", "score"]
        texts = table[keys].astype(object).where(table[keys].notna(), "").astype(str)
        self._table = texts.assign(
            estimate=pd.to_numeric(table["estimate"]),
            conf_low=pd.to_numeric(table["conf_low"]),
            conf_high=pd.to_numeric(table["conf_high"]),
            adjustment=table["adjustment"].fillna("").astype(str),
        )

    def values(self, place: str, estimand: str, **wanted: str) -> list[float]:
        """Return the estimates that stand in one place, in the order of the file."""
        rows = self._rows(place=place, estimand=estimand, **wanted)
        return [float(value) for value in rows["estimate"]]

    def value(self, place: str, estimand: str, **wanted: str) -> float:
        """Return the first estimate that stands in one place.

        Raises
        ------
        KeyError
            There is none.
        """
        found = self.values(place, estimand, **wanted)
        if not found:
            raise KeyError(f"published numbers: no {estimand} at {place} {wanted}")
        return found[0]

    def columns(self, row: str) -> Columns:
        """Return the counts of a row of Table 1 in its four columns."""
        counts = (self.value(f"Table 1, {row}, {column}", COUNT) for column in TABLE_COLUMNS)
        return Columns(*(round(count) for count in counts))

    def printed(self, row: str) -> Printed:
        """Return counts and percentages of a row of Table 1."""

        def percentages(*columns: str) -> tuple[int, int, int]:
            everybody, low, high = (
                round(100 * self.value(f"Table 1, {row}, {column}", SHARE)) for column in columns
            )
            return everybody, low, high

        return Printed(
            self.columns(row),
            percentages("all 560", "SimpleHT low", "SimpleHT high"),
            percentages("all 389", "HT low", "HT high"),
        )

    def quartiles(self, place: str, **wanted: str) -> tuple[float, ...]:
        """Return printed quartiles."""
        return tuple(
            self.value(place, estimand, reference=reference, **wanted)
            for estimand, reference in QUARTILES
        )

    def odds_ratio(self, endpoint: str, score: str) -> OddsRatio | None:
        """Return the unadjusted odds ratio of an endpoint and its percentages, if printed."""
        rows = self._rows(endpoint=endpoint, score=score, estimand="log_odds_ratio", adjustment="")
        if rows.empty:
            return None
        first = rows.iloc[0]
        shares = [
            self.values(first["place"], PROPORTION, endpoint=endpoint, group=group)
            for group in ("low", "high")
        ]
        low, high = (share[0] if share else 0.0 for share in shares)
        return OddsRatio(
            exp(first["estimate"]), exp(first["conf_low"]), exp(first["conf_high"]), low, high
        )

    def _rows(self, **wanted: str) -> pd.DataFrame:
        fits = pd.Series(True, index=self._table.index)
        for column, text in wanted.items():
            fits &= self._table[column] == text
        return self._table[fits]
