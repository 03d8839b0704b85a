"""Nonsense as settings, from a file, the environment and flags: taken, or exit code 2 and words; never anything else."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heliograph_relay.cli import command
from heliograph_relay.cli.command import relay
from heliograph_relay.protocol.tokens import Project

few = settings(
    max_examples=int(os.environ.get("HELIOGRAPH_TEST_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NAMES = st.sampled_from(
    sorted(
        p.name.replace("_", "-") for p in relay.params if p.name not in (None, "help", "version", "config")
    )
)
WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20) | st.sampled_from(
    ["-1", "0", "1e999", "nan", "1_0", "٣", "true", "", "0x10", "9" * 400, " 5 ", "all"]
)
SCALARS = st.one_of(
    st.booleans().map(lambda b: str(b).lower()),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["nan", "-inf", "1979-05-27T07:32:00Z", "07:32:00", "[]", "{}", "[[1], [2]]", "{a = 1}", "\'\'"]),
    st.text(st.characters(codec="ascii", exclude_characters="\'\n\r", exclude_categories=["Cc"])).map(lambda t: f"\'{t}\'"),
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def nothing_starts() -> Any:
    """A relay that would start says so by an exit code of its own."""

    def started(_settings: Any) -> None:
        raise SystemExit(77)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heliograph_relay.shell.main.run", started)
        patch.setattr(command, "project_of", lambda *_: Project("1", "s" * 40))
        patch.setattr(command, "_new_session_id", lambda *_: "s")
        yield


def _check(result: Any) -> None:
    """Taken, or refused with words; an exception of any other kind is told as such."""
    assert result.exit_code in {2, 77}, (result.exit_code, result.output, result.exception)
    assert result.exit_code == 77 or result.output.strip()


@few
@given(pairs=st.lists(st.tuples(NAMES, SCALARS), max_size=4), noise=st.text(max_size=30))
def test_files(tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], noise: str) -> None:
    path = Path(tmp_path_factory.mktemp("settings", numbered=True)) / "relay.toml"
    text = "\n".join(f"{name} = {value}" for name, value in pairs) + ("\n" + noise if len(noise) > 20 else "")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    _check(CliRunner().invoke(relay, ["--config", str(path)]))


@few
@given(name=NAMES, value=WORDS)
def test_environment(name: str, value: str) -> None:
    variable = "HELIOGRAPH_" + name.upper().replace("-", "_")
    result = CliRunner().invoke(relay, [], env={variable: value})
    _check(result)


@few
@given(pairs=st.lists(st.tuples(NAMES, WORDS), max_size=4))
def test_flags(pairs: list[tuple[str, str]]) -> None:
    arguments = [word for name, value in pairs for word in (f"--{name}", value)]
    _check(CliRunner().invoke(relay, arguments))
