"""The settings file: whole or not at all, the person's own, set aside when damaged."""

import os
import stat
from pathlib import Path

import pytest

from heliograph.model.settings import Settings
from heliograph.services.settings_file import FILE_NAME, load_settings, save_settings


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == (Settings(), "")


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    directory = tmp_path / "profile"
    save_settings(directory, Settings(name="Ana"))
    save_settings(directory, Settings(name="Bo"))
    assert load_settings(directory) == (Settings(name="Bo"), "")
    assert [file.name for file in directory.iterdir()] == [FILE_NAME]
    assert stat.S_IMODE((directory / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize(("text", "why"), [("{", "damaged"), ('{"version": 99}', "newer")])
def test_what_cannot_be_read_is_set_aside(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    settings, words = load_settings(tmp_path)
    [aside] = tmp_path.iterdir()
    assert settings == Settings()
    assert aside.name.startswith(f"{FILE_NAME}.{why}-")
    assert aside.read_text() == text
    assert aside.name in words


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    settings, words = load_settings(tmp_path)
    assert settings == Settings()
    assert "could not be read" in words


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(tmp_path, Settings(name="Ana"))

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_settings(tmp_path, Settings(name="Bo"))
    assert load_settings(tmp_path) == (Settings(name="Ana"), "")
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
