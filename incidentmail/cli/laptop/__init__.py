"""Commands on a machine without a ledger: they send mail to the machine that has one, or read the mails of the list."""
