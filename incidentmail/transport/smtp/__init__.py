"""Receive mail with a listener for SMTP and LMTP, over TCP or a unix socket."""
