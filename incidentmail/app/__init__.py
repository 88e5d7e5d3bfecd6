"""Run the application: receive mail, act on it, announce changes, and deliver mail."""
