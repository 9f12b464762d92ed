"""Synthetic instances of any size: one file for each side, `build` puts them together."""
