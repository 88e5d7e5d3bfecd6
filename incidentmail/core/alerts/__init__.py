"""Proposals made by alerts: which alerts are grouped, who is asked, and how a proposal ends. Pure."""
