"""Create a configuration: find sensible answers, write the file, and make the key and an empty ledger."""
