"""Settings in a TOML file: its keys are the flags' names."""

import tomllib
from pathlib import Path
from typing import Any

import click

from heliograph_relay.cli.types import Number, Whole

_MAX_FILE_BYTES = 1 << 20


def read_settings(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Take the settings of a TOML file as defaults; its keys are the flags' names."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(_MAX_FILE_BYTES + 1)
        if len(text) > _MAX_FILE_BYTES:
            raise ValueError(f"it is over {_MAX_FILE_BYTES} bytes")
        values = tomllib.loads(text.decode())
    except RecursionError:
        raise click.BadParameter(f"cannot read {path}: it is nested too deeply", context, parameter) from None
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else error
        raise click.BadParameter(f"cannot read {path}: {words}", context, parameter) from None
    known = {p.name: p for p in context.command.params if p.name not in ("config", "version", "help")}
    defaults: dict[str, Any] = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in known:
            raise click.BadParameter(f"{path} has an unknown setting {key!r}", context, parameter)
        if words := _misfit(known[name], value):
            raise click.BadParameter(f"{path}, {key}: {words}", context, parameter)
        try:
            defaults[name] = known[name].type_cast_value(context, value)
        except click.ClickException as error:
            raise click.BadParameter(f"{path}, {key}: {error.message}", context, parameter) from None
    context.default_map = defaults
    return path


def _misfit(parameter: click.Parameter, value: object) -> str:
    """What is wrong with a value of this TOML type for a parameter; "" where it fits.

    A settings file says what it means: `3.7` is no whole number and `true` no port, whatever could be made of them.
    """
    type = parameter.type
    if isinstance(type, click.types.BoolParamType):
        return "" if isinstance(value, bool) else "it must be true or false, without quotes"
    if isinstance(type, Whole):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if whole else "it must be a whole number, without quotes"
    if isinstance(type, Number):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number else "it must be a number, without quotes"
    return "" if isinstance(value, str) else "it must be text, in quotes"
