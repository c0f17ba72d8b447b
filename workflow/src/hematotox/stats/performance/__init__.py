"""How well a predicted risk fits: calibration, Brier score, net benefit."""
