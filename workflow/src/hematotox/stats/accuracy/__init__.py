"""How well a marker tells outcomes apart: ROC curves, sensitivity, likelihood ratios."""
