"""Define which events are reported to the organisation's programs and chats, and in which words and format. Pure."""
