"""The tests mirror the packages: relay/, app/ (pure and asyncio), qt/, e2e/, rules/ and benchmarks/."""
