"""Commands on a machine without a ledger. They send mail to the machine that has one, or read mail from the list."""
