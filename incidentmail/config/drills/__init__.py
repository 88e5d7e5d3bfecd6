"""Scenarios of drills: the form of their files, and the faults in them."""
