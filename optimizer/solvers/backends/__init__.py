"""Solvers behind one Protocol; they know vectors, not sites."""
