"""Do network and Maildir I/O only. Other code passes in callables; nothing here knows the ledger or incidents."""
