"""Captures as files: JSON Lines (`lines`), CSV (`sheet`), HAR (`har`, `har_reading`). Pure.

Writers are generators of bytes, readers are fed bytes, both in pieces small enough for a window that goes on
painting; `services/captures.py` does the rest. `formats` has the list.
"""
