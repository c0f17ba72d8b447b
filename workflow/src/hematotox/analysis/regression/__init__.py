"""What regression models share: design matrices, fits, models, interactions."""
