"""In words: when the values of a score are taken."""

from __future__ import annotations

from collections.abc import Mapping

from hematotox.declarations.score import Score, Timing
from hematotox.declarations.study.methods.sensitivity import OWN_WINDOW

ORIGINS = {"lymphodepletion_start": "from lymphodepletion", "infusion": "from infusion"}


def window_words(scores: Mapping[str, Score]) -> dict[str, str]:
    """Return words for every window of every score, by `<score>.<window>`."""
    words = {}
    for name, score in scores.items():
        words[f"{name}.{OWN_WINDOW}"] = timing_words(score.timing)
        for variant, timing in score.variants.items():
            words[f"{name}.{variant}"] = timing_words(timing)
    return words


def timing_words(timing: Timing) -> str:
    """Return one window in words.

    Examples
    --------
    >>> timing_words(Timing(origin="lymphodepletion_start", window_days=(-10, 0)))
    'days −10 to 0 from lymphodepletion'
    """
    first, last = (str(day).replace("-", "−") for day in timing.window_days)
    return f"days {first} to {last} {ORIGINS[timing.origin]}"
