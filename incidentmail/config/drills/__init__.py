"""Read the files of drill scenarios, and report the faults in them."""
