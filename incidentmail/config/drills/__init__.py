"""Read drill scenario files and report their faults."""
