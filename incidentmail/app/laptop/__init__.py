"""Work on a machine without a ledger: send commands by mail to the machine that has one, and read the list's mails."""
