"""What may leave the site: small cells suppressed, curves on a grid, few digits."""
