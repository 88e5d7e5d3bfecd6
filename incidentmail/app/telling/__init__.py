"""Decide who is told what privately, and up to which limits: messages to one person, alarms to the operator."""
