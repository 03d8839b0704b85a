"""Friendly names: all different, all fit for display."""

from heliograph.model.names import NAMES, friendly_name
from heliograph.model.text import display_name


def test_every_choice_is_a_name_of_its_own() -> None:
    names = {friendly_name(choice) for choice in range(NAMES)}
    assert len(names) == NAMES == 1024
    assert all(display_name(name) == name for name in names)


def test_choices_beyond_begin_again() -> None:
    assert friendly_name(NAMES + 3) == friendly_name(3)
