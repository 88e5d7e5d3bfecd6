"""What `doctor` examines: one module for each kind of check, from what it needs to a list of findings."""
