"""Charts of a page, drawn from the numbers that its tables show."""
