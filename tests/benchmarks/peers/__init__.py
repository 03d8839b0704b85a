"""The servers that are measured: ours, a floor, and the ones that people would use instead."""
