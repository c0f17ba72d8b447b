"""Writes the export of one centre as its own hospital would: the inverse of staging."""

from hematotox.synthetic.writing.write import write

__all__ = ["write"]
