"""Proposals caused by alerts: how alerts are grouped, whom to ask, and how a proposal ends. Pure."""
