"""Report events to the organisation's own programs and chats: which events, in which words and format. Pure."""
