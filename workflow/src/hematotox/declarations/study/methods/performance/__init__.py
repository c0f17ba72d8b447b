"""Methods that say how well a score or a model performs."""
