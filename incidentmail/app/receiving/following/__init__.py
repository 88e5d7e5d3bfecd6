"""Process our own messages, delivery reports about them, and replies that arrive while another installation leads."""
