"""incidentmail: announce incidents on a mailing list, run them by reply, keep a ledger that proves itself."""
