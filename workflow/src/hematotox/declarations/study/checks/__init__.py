"""Whether a plan fits its centres, scores, endpoints and conventions."""
