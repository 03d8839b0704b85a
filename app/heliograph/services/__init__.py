"""Side effects without Qt: tasks, the store, the embedded relay, logs, diagnosis."""
