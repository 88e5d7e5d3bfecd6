"""Keep the record: compare it with sent messages, back it up, export it, search it."""
