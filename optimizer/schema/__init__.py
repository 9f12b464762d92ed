"""Frozen records of an instance: every field with its unit and meaning."""
