"""Reproducible validation studies of haematotoxicity risk scores after CAR T-cell therapy."""
