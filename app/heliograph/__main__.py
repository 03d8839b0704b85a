"""`heliograph`, `python -m heliograph`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the program, or, where it is one file, the relay that it starts for itself."""
    if sys.argv[1:2] == ["--relay"]:
        import runpy  # noqa: PLC0415 (nobody else needs it)

        del sys.argv[1]
        runpy.run_module("heliograph_relay", run_name="__main__", alter_sys=True)
        sys.exit(0)
    if len(sys.argv) == 1:  # from a desktop: the window is there sooner without reading a command line
        from heliograph.application import Options, start  # noqa: PLC0415

        sys.exit(start(Options()))
    from heliograph.command_line import command  # noqa: PLC0415

    command(prog_name="heliograph")
    raise AssertionError("a command ends the program")


if __name__ == "__main__":
    main()
