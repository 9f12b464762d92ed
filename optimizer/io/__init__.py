"""Reads and writes files, whatever they hold."""
