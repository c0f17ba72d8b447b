"""Checklists of reporting, and where a study answers them."""
