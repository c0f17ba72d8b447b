"""The closed lists of the estimates table, as a section of its documentation."""

from __future__ import annotations

from collections.abc import Iterable

from hematotox.declarations.study.analyses import ESTIMANDS, METHODS
from hematotox.declarations.study.vocabulary import CONDITIONS, CONF_METHODS
from hematotox.errors import UserError

BEGIN = "<!-- made by `hematotox document`; edit declarations/study/methods and vocabulary.py -->"
END = "<!-- end -->"


def with_closed_lists(text: str) -> str:
    """Return the documentation of the estimates table with its closed lists made new.

    Parameters
    ----------
    text : the documentation; the lists stand between two marks, or are added at its end

    Raises
    ------
    UserError
        Only one of the two marks is there.
    """
    if (BEGIN in text) != (END in text):
        raise UserError(f"docs/estimates.md: one of the marks is missing: {BEGIN}, {END}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2] or "\n"
    return f"{before.rstrip()}\n\n{BEGIN}\n\n{_lists()}\n\n{END}{after}"


def _lists() -> str:
    estimands = [(name, one.label, one.scale) for name, one in ESTIMANDS.items()]
    methods = [(name, facts.what) for name, facts in METHODS.items()]
    return "\n\n".join(
        (
            "## Closed lists",
            "A table with another word is refused.",
            _table("method", ("method", "what it is"), methods),
            _table("estimand", ("estimand", "what it is", "scale"), estimands),
            "On the scale `log ratio` a display shows the exponential of estimate and limits.",
            _table("conf_method", ("conf_method", "limits"), CONF_METHODS.items()),
            _table("condition", ("condition", "meaning"), CONDITIONS.items()),
        )
    )


def _table(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    lines += [f"| `{first}` | {' | '.join(rest)} |" for first, *rest in rows]
    return f"### `{name}`\n\n" + "\n".join(lines)
