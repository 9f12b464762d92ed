"""Studies: many what-ifs as data, and what can be read off their results."""
