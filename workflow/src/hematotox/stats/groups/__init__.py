"""Comparisons of groups: tests of tables and ranks, proportions, correlations, durations."""
