"""The paper's printed numbers beside ours, with a verdict; needs no analyses."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Text
from hematotox.declarations.study.display_base import DisplayBase


class AgreementTable(DisplayBase):
    """The paper's printed numbers beside ours, with a verdict; needs no analyses."""

    form = "table"
    shows = "agreement"
    kind: Literal["agreement_table"]
    sections: dict[Text, Text] = {}
    """How a place in the paper begins, and the heading over the numbers that stand there; without
    it the words before its first comma."""
