"""Calendar replies to invitations."""
