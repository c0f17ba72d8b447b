"""What a study shares although small numbers follow from it, and what it shared before."""

from __future__ import annotations

from hematotox.declarations.base import Declaration, Text


class ShownNevertheless(Declaration):
    """Why an analysis is shared although small numbers follow from it."""

    reason: Text
    """Why, such as the table of a publication in which it stands."""
    name: Text
    """Who decided it."""


class Released(Declaration):
    """What is shared beyond what is safe by itself, and what is shared already."""

    analyses: dict[str, ShownNevertheless] = {}
    """Analyses shown nevertheless, by name; whatever follows from them is known."""
    earlier: tuple[Text, ...] = ()
    """Tables of earlier releases in the run folder, such as `releases/2026-03.csv`: what differs
    by few from them is withheld."""

    @property
    def words(self) -> dict[str, str]:
        """Why, and who decided it, by analysis."""
        return {name: f"{why.reason} ({why.name})" for name, why in self.analyses.items()}
