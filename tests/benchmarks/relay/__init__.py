"""The relay beside the servers that people would use instead: `python -m tests.benchmarks.relay`."""
