"""The configuration: finding and reading the file, its sections and types, its errors, and the policy it sets."""
