#!/usr/bin/env python3
"""Prepares and starts Heliograph on a machine that has Python 3.11 or newer, and nothing else.

    python3 packaging/run.py [options]         the application; without a screen, the relay
    python3 packaging/run.py FILE or INVITE    the application with a capture opened, or a session joined
    python3 packaging/run.py relay [options]   the relay alone (no Qt needed)
    python3 packaging/run.py test [options]    all checks and tests; options go to pytest
    python3 packaging/run.py setup             prepare all of it, run nothing
    python3 packaging/run.py help              this text, and what can be set

`--help` behind `app`, `relay` or `test` lists the options of each.
The first run makes `.venv` from the hashed lock files beside this program; a later one starts at once and needs no
network. It uses the standard library alone.
"""

import sys

if sys.version_info < (3, 11):  # and this file stays readable for the old Python that must say so
    sys.exit(
        "Heliograph needs Python 3.11 or newer; this is Python %d.%d (%s)."
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

sys.dont_write_bytecode = True

from bootstrap.commands import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], __doc__))
