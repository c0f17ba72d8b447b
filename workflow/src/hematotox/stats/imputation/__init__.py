"""Missing values: drawing them, pooling what was drawn, weighting instead."""
