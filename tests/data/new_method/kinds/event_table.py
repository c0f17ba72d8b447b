"""Events by group."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class EventTable(DisplayBase):
    """Events by group (events)."""

    form = "table"
    methods = frozenset({"events"})
    kind: Literal["event_table"]
