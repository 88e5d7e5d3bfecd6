"""Drills: what happened in a run, and its score."""
