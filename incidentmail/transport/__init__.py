"""Network and Maildir I/O only: it is given callables, and knows neither ledger nor incidents."""
