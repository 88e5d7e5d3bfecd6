"""Do network and Maildir I/O. This package knows nothing of the ledger or incidents; callers pass in callables."""
