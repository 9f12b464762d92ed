"""Solvers behind one interface; they know vectors, not sites."""
