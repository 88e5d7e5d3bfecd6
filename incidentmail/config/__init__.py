"""Load the configuration: find and parse the file, check its sections and types, report errors, and build the policy.
"""
