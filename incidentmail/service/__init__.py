"""Run `incidentmail serve`: listeners, group commit, workers, clock, log, metrics."""
