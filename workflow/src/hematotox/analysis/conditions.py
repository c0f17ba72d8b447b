"""The conditions of statistical results in the words of the estimates table's closed list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hematotox.declarations.study.vocabulary import CONDITIONS

SAME_AS: dict[str, str] = {
    "tau beyond follow-up": "horizon beyond follow-up",
    "beyond the last follow-up": "horizon beyond follow-up",
    "fewer than two groups": "one group",
    "no cases": "no events",
    "no controls": "only events",
    "no patients without the event": "only events",
    "constant marker": "constant variable",
    "markers rank the patients alike": "constant variable",
    "not reached": "median not reached",
    "fewer than three studies": "fewer than five studies",
    "no cases by the horizon": "no events",
    "no controls at the horizon": "only events",
    "no events by the horizon": "no events",
    "no informative studies": "not estimable",
    "no linear predictor": "not estimable",
    "nobody at risk after the landmark": "no patients",
    "perfect fit": "not estimable",
    "identical estimates: interval of no width": "not estimable",
    "too few distinct risks for a smooth curve": "not estimable",
    "too few patients for an interval": "limits not finite",
    "replicates not estimable": "bootstrap replicates without an estimate",
    "singular variance": "not estimable",
    "singular covariance": "not estimable",
    "no comparable pairs": "not estimable",
    "no positive tests": "empty group",
    "no negative tests": "empty group",
    "tests agree in all patients": "tests agree",
    "profile limit not found": "limits not finite",
    "perfect discrimination: interval of no width": "perfect discrimination",
    "Monte Carlo p-value": "monte carlo p-value",
    "singular information": "not estimable",
    "singular robust variance": "not estimable",
    "fewer than three patients": "not estimable",
    "interval needs four patients": "limits not finite",
    "perfect correlation": "limits not finite",
}
"""What `stats` says, and the word of the closed list for it."""


def conditions(found: Iterable[str]) -> tuple[str, ...]:
    """Return conditions of a result in the words of the closed list, each once.

    "no events of cause 2" is left out: the rows of that cause say "no events" themselves.
    """
    words = []
    for text in found:
        if re.fullmatch(r"no events of cause \d", text):
            continue
        word = SAME_AS.get(text, text)
        if word not in CONDITIONS:
            raise KeyError(f"a statistical method reports a condition without a word: {text}")
        words.append(word)
    return tuple(dict.fromkeys(words))
