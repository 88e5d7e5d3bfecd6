"""Store entries append-only: one interface (port.py), and one store for each database."""
