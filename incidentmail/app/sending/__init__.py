"""Send mail: render what is due, put it into the outbox, and deliver it."""
