"""Store rows with statements that every database of a ledger understands."""
