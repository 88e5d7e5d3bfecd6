"""Store the ledger in one SQLite file."""
