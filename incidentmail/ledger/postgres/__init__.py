"""Store the ledger in a PostgreSQL database."""
