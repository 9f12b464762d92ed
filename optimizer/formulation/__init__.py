"""The program's constraint families, one file each, numbered as in docs/formulation.md."""
