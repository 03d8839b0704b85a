"""Kinds of values that options take, with words for what is wrong with one."""

import math
import re
from typing import Any

import click

from heliograph_relay.projects import API_KEY

_SESSION = re.compile(r"[A-Za-z0-9\-._~=]{1,255}", re.ASCII)


class Whole(click.IntRange):
    """A whole number within bounds."""

    name = "whole number"

    def __init__(self, lowest: int, highest: int | None = None) -> None:
        super().__init__(lowest, highest)


class Number(click.FloatRange):
    """A finite number, at least 0."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse infinity and what is no number, too."""
        try:
            number = float(super().convert(value, param, ctx))
        except OverflowError:
            self.fail("it is too large a number.", param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class Seconds(Number):
    """A finite number of seconds, at least 0; `or_never`: 0 means something."""

    name = "seconds"

    def __init__(self, *, or_never: bool = True) -> None:
        super().__init__()
        self._or_never = or_never

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse a time in which nothing can happen."""
        seconds = super().convert(value, param, ctx)
        if not seconds and not self._or_never:
            self.fail("0 leaves no time at all; give seconds, for example 10.", param, ctx)
        return seconds


class SessionId(click.ParamType[str]):
    """What stands in a URL path without escapes."""

    name = "id"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """1 to 255 characters that a path carries as they are."""
        text = str(value)
        if not _SESSION.fullmatch(text):
            self.fail("a session id is 1 to 255 of A-Z a-z 0-9 - . _ ~ =", param, ctx)
        return text


class ApiKey(click.ParamType[str]):
    """What stands in URLs, tokens and session ids as it is."""

    name = "key"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """1 to 120 characters: a session id holds the key and may be 255 long."""
        text = str(value)
        if not API_KEY.fullmatch(text):
            self.fail("an API key is 1 to 120 of A-Z a-z 0-9 - . _", param, ctx)
        return text


class Text(click.ParamType[str]):
    """Text of at most `longest` characters; empty only where that means "none"."""

    name = "text"

    def __init__(self, longest: int, *, may_be_empty: bool = False) -> None:
        self._longest = longest
        self._may_be_empty = may_be_empty

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is empty, too long or no text."""
        text = str(value)
        if not text and not self._may_be_empty:
            self.fail("it is empty; leave the option out instead", param, ctx)
        if len(text) > self._longest:
            self.fail(f"it is {len(text)} characters long, {self._longest} are allowed", param, ctx)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail("it is not valid UTF-8", param, ctx)
        return text
