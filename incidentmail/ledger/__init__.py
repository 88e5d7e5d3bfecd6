"""Append-only storage: one promise (port.py), one store for each database."""
