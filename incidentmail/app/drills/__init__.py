"""Drills: scenarios that are played to the list of drills, and their scores."""
