"""Compute figures over many incidents: durations, the load on people, and repeated problems. Pure.

docs/metrics.md defines each figure.
"""
