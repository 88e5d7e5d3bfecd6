"""Network and Maildir I/O only. Other code passes in callables; nothing here knows ledger or incidents."""
