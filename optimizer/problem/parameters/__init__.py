"""An instance as arrays in the program's units: one file for each side of the market."""
