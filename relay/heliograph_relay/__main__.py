"""`python -m heliograph_relay`."""

from heliograph_relay.cli import main

main()
