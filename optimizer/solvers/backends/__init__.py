"""Solvers behind one interface, which know vectors but not sites."""
