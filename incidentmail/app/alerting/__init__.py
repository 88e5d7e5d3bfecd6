"""Proposals from alerts: process alerts, ask people, and carry out their answers."""
