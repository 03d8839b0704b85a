"""Settings: what is written is read again; older files are brought up, damaged and newer ones told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model import settings as module
from heliograph.model.settings import (
    DamagedSettings,
    NewerSettings,
    Settings,
    Switches,
    read_settings,
    switches,
    write_settings,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(
        Settings, name=words, theme=st.sampled_from(["system", "light", "dark"]), read_receipts=st.booleans(),
        port=st.integers(0, 65_535), layout=st.dictionaries(words, words, max_size=3),
    )
)  # fmt: skip
def test_what_is_written_is_read_again(settings: Settings) -> None:
    assert read_settings(write_settings(settings)) == settings


def test_a_file_is_fit_for_the_eye() -> None:
    assert b'\n  "theme": "system"' in write_settings(Settings())


def test_what_lacks_has_its_default_and_what_is_unknown_is_ignored() -> None:
    assert read_settings('{"version": 1, "name": "Ana", "mood": 5}') == Settings(name="Ana")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"name": 5}',
        '{"theme": "pink"}',
        '{"version": "x"}',
        '{"version": 0}',
        b"\xff",
        "[" * 9_000,
    ],
)
def test_a_damaged_file_says_so(text: str | bytes) -> None:
    with pytest.raises(DamagedSettings):
        read_settings(text)


def test_a_newer_file_is_told_apart() -> None:
    with pytest.raises(NewerSettings, match="newer than this program"):
        read_settings('{"version": 999}')


def test_older_files_are_migrated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VERSION", 3)
    monkeypatch.setattr(
        module, "MIGRATIONS", {1: lambda raw: {"who": raw["n"]}, 2: lambda raw: {"name": raw["who"] + "!"}}
    )
    assert read_settings('{"version": 1, "n": "Ana"}').name == "Ana!"


def test_switches_come_from_settings() -> None:
    assert switches(Settings(read_receipts=False)) == Switches(delivered=True, read=False, typing=True)
