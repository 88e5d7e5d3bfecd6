"""The configuration: where the file is, its sections and types, its faults, and the policy that follows from it."""
