"""How fast the portal's heaviest pages are, side by side with a view that returns a constant page of the same size."""
