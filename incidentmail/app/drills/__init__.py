"""Drills: scenarios that are played to the drill list, and their scores."""
