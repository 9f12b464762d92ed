"""Solving methods: how a program is solved to a proven gap, whatever the backend."""
