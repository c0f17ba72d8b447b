"""Writes the export of one centre as its own hospital would: the inverse of staging."""

from hematotox.synthetic.exports.write import write

__all__ = ["write"]
