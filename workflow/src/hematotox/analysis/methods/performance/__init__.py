"""How well a score or a model performs: calibration, utility, centres, subgroups, time."""
