"""The tests that a study plans, primary and secondary."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hematotox.declarations.base import Declaration, MemberName


class Secondary(Declaration):
    """The secondary tests, which count only if the primary one is below `alpha`."""

    method: Literal["fixed_sequence", "holm"]
    """fixed_sequence: each counts only if all before it do; holm: all together."""
    order: tuple[MemberName, ...] = Field(min_length=1)
    """Their analyses, in their order."""
    alpha: float = Field(default=0.05, gt=0, lt=1)
    """Two-sided level of the whole family."""


class Planned(Declaration):
    """What was planned to be tested: everything else is exploratory."""

    primary: str = ""
    """The analysis of the primary test; empty without one."""
    secondary: Secondary | None = None

    @property
    def tests(self) -> tuple[str, ...]:
        """All planned tests in their order."""
        order = self.secondary.order if self.secondary is not None else ()
        return (*((self.primary,) if self.primary else ()), *order)
