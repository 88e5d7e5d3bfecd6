"""Work without a ledger: send the authority what a person could have typed, and read what the list says."""
