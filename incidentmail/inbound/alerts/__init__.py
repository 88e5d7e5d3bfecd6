"""Mail of monitoring systems: who may send it, what it says, and which mails are about the same thing. Pure."""
