"""The tables and figures a study may declare: the models of `kinds`, one a kind."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from hematotox.declarations.base import Declaration, Name
from hematotox.declarations.models_in import models_in
from hematotox.declarations.study import kinds
from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.words import Words

KINDS: dict[str, type[DisplayBase]] = dict(
    sorted(models_in(kinds, DisplayBase, "kind").items(), key=lambda one: one[1].form != "table")
)
"""Kind and its model, tables first."""

if TYPE_CHECKING:
    Display = DisplayBase
else:
    Display = reduce(or_, KINDS.values())


class DisplayPlan(Declaration):
    """Displays of a study and the words they speak: what drawing them depends on."""

    displays: dict[Name, Annotated[Display, Field(discriminator="kind")]]
    words: Words
    shared_nevertheless: dict[str, str] = {}
    """Analyses that are shared although small numbers follow from them: why, and who decided."""
