"""Mail that goes out: what is due is rendered, put into the outbox and delivered."""
