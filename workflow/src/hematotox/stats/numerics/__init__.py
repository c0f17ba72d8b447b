"""Numerical tools of the methods: limits, solvers, smoothing, the gate for survival times."""
