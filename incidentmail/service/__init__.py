"""What runs while `incidentmail serve` runs: listeners, group commit, workers, clock, log, metrics."""
