"""The append-only record: its interface (port.py), and a store for each kind of database."""
