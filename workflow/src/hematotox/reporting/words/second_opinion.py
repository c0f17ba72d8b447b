"""The estimates that other libraries computed again, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hematotox.reporting.words import numbers

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
OF_A_NUMBER = ["quantity", "ours", "theirs", "relative_difference", "left_out"]
"""Columns in which the rows of one estimate differ."""


def second_opinion_sentence(opinions: pd.DataFrame, versions: Mapping[str, str]) -> str:
    """Return how many estimates were computed again, by what, and how far the results are apart.

    Parameters
    ----------
    opinions : the table `second_opinion` of a study
    versions : version of each library

    Returns
    -------
    the sentence; empty where no library had anything to compare
    """
    compared = opinions[opinions["left_out"] == ""]
    if compared.empty:
        return ""
    estimates = len(compared.drop(columns=OF_A_NUMBER).drop_duplicates())
    libraries = [f"{name} {versions.get(name, '')}".strip() for name in _once(compared["library"])]
    farthest = _power_of_ten(float(compared["relative_difference"].max()))
    sentence = (
        f"{numbers.count(estimates)} estimates of this study were computed again from the same "
        f"patients by {_listed(libraries)}; over all {numbers.count(len(compared))} numbers "
        "(estimates, standard errors, limits, test statistics, p-values) the largest relative "
        f"difference is {farthest}."
    )
    return sentence + _left_out(opinions[opinions["left_out"] != ""])


def _left_out(rows: pd.DataFrame) -> str:
    """Return how many estimates have no second opinion at all or in part, and why."""
    if rows.empty:
        return ""
    estimates = rows.drop(columns=["quantity", "ours", "theirs"]).drop_duplicates()
    counted = estimates["left_out"].value_counts().sort_index()
    reasons = ", ".join(f"{reason} ({numbers.count(int(n))})" for reason, n in counted.items())
    return f" Left out: {reasons}."


def _power_of_ten(share: float) -> str:
    """Return a small number with one digit, 3 × 10⁻⁹, that no line breaks."""
    if share == 0:
        return "0"
    digit, power = f"{share:.0e}".split("e")
    return f"{digit}\u00a0×\u00a010{str(int(power)).translate(SUPERSCRIPTS)}"


def _once(texts: pd.Series) -> list[str]:
    return sorted(set(texts))


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
