"""Proposals that alerts make: what joins them, who is asked, and when they end. Pure."""
