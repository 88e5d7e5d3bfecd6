"""Commands for the operator: the service, the ledger, templates, the demo."""
