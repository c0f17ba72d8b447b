"""The study's estimates among the published ones, with their summaries (registry)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class RegistryTable(DisplayBase):
    """The study's estimates among the published ones, with their summaries (registry)."""

    form = "table"
    methods = frozenset({"registry"})
    kind: Literal["registry_table"]
