"""Missing items by variable and centre, and outcomes with and without them (missingness)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class MissingnessTable(DisplayBase):
    """Missing items by variable and centre, and outcomes with and without them (missingness)."""

    form = "table"
    methods = frozenset({"missingness"})
    kind: Literal["missingness"]
