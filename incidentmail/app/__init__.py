"""The application: receive, act, announce, deliver."""
