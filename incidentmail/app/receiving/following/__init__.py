"""Follow what mail of ours says: our own messages, reports about them, and replies while another installation leads."""
