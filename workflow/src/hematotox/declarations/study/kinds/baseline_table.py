"""Table 1: characteristics by group (analyses of method describe)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class BaselineTable(DisplayBase):
    """Table 1: characteristics by group (analyses of method describe)."""

    form = "table"
    methods = frozenset({"describe"})
    kind: Literal["baseline_table"]
