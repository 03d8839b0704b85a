"""Settings in `HELIOGRAPH_…` variables: what is said where one is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches

import click
from click.core import ParameterSource

PREFIX = "HELIOGRAPH"


def blame(error: click.ClickException) -> None:
    """Have an error name the variable that a wrong value came from, and not a flag that nobody gave."""
    if not isinstance(error, click.BadParameter) or error.ctx is None or error.param is None:
        return
    name = error.param.name
    if name and error.ctx.get_parameter_source(name) is ParameterSource.ENVIRONMENT:
        error.param_hint = f"the variable {_variable(name)}"


def misspelt(command: click.Command, names: Iterable[str]) -> Iterable[str]:
    """A line for each variable that nothing reads and that looks as if a setting was meant."""
    known = [_variable(parameter.name) for parameter in command.params if parameter.name]
    for name in sorted(set(names) - set(known)):
        if name.startswith(f"{PREFIX}_") and (meant := get_close_matches(name, known, 1, 0.9)):
            yield f"nothing reads the variable {name}; is {meant[0]} meant?"


def _variable(name: str) -> str:
    return f"{PREFIX}_{name.upper()}"
