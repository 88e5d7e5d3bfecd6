"""Append-only storage: one interface (port.py), and one store for each database."""
