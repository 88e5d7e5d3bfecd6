"""The listener: SMTP and LMTP, over TCP or a unix socket."""
