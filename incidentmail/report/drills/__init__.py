"""Describe the events of a drill's run, and compute its score."""
