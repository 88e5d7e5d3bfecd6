"""Do network and Maildir I/O.

This package does not depend on the ledger or on incidents; callers pass in callables instead.
"""
