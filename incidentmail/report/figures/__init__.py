"""Figures over many incidents: how long things took, who carried how much, what came again. Pure.

docs/metrics.md defines each figure.
"""
