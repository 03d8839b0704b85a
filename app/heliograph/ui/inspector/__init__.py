"""The inspector: every signal, as it happens."""
