"""The chat: what was said, and the field to say something."""
