"""Calls to programs and chats of the organisation: noted with the event, carried out in order, tried again."""
