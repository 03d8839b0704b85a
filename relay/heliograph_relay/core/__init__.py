"""The relay's mind: frames and time in, effects out. Pure."""
