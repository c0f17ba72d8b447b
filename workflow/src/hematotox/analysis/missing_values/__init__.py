"""Analyses repeated under policies about missing values: imputed, weighted, bounded."""
