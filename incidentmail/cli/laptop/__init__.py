"""Commands on a machine without a ledger. They send mail to the machine with the ledger, or read mail from the list."""
