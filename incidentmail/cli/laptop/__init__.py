"""Commands on a machine without a ledger: what they send, and what they read from the mails of the list."""
