"""Create a configuration: find sensible answers, write the file, and create the key and an empty ledger."""
