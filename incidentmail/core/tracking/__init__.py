"""What people keep track of: what is to be done and by whom, what is assumed, who is at work in which role."""
