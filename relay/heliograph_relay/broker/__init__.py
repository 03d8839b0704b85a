"""Where a session's log lives."""
