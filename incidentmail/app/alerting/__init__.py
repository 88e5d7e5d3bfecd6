"""Proposals that alerts make: take alerts in, ask people, and carry out the answer."""
