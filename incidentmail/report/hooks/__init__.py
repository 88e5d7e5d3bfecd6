"""What the organisation's own programs and chats are told: which events, in which words and form; pure."""
