"""A plan: tables decoded from a solution, prices, warnings, and how it is saved."""
