"""The program as arrays, the solvers behind one protocol, and the search for a solution."""
