"""The ledger to briefs, retrospectives and figures. Pure."""
