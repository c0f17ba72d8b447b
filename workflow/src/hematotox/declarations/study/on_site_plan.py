"""What the figures of single patients are drawn from; they never leave the site."""

from __future__ import annotations

from hematotox.declarations.base import Declaration
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints

VARIABLE = "anc"


class OnSitePlan(Declaration):
    """The convention that graded, and the words of the figures."""

    study: str
    title: str
    convention: Convention
    """The study's primary convention."""
    dictionary: Dictionary
    """Label and unit of the blood count."""
    endpoints: Endpoints
    """What ends the observation of a patient."""
    synthetic: bool
    """Whether the patients are synthetic: the figures then say so."""
