"""Work on a machine without a ledger: mail commands to the machine that has one, and read the list's mails."""
