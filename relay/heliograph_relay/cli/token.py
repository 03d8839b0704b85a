"""`heliograph-relay token`: make a token for a client, or for a server, by hand."""

import secrets
import time
from pathlib import Path

import click

from heliograph_relay.cli.project import default_path, kept_project
from heliograph_relay.cli.types import ApiKey, SessionId, Text, Whole
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import (
    MAX_SERVER_TOKEN_SECONDS,
    MAX_TOKEN_DATA_CHARACTERS,
    Claims,
    Project,
    mint_jwt,
    mint_server_token,
    mint_t1,
)

_DAY, _MONTH = 86_400, 2_592_000


def project_of(api_key: str | None, api_secret: str | None, project_file: Path | None) -> Project:
    """The project that the flags name; the kept one where they name none."""
    if (api_key is None) != (api_secret is None):
        raise click.UsageError("--api-key and --api-secret belong together; one of them is missing")
    if api_key is not None and api_secret is not None:
        return Project(api_key, api_secret)
    return kept_project(project_file or default_path())


@click.command(
    help="Print a token by which a client joins a session, or (--server) one by which a server calls the REST API. "
    "It is signed with the project's API secret, so it must be that of the relay."
)
@click.option("--session", type=SessionId(), help="The session that it opens.")
@click.option("--server", is_flag=True, help="For X-OPENTOK-AUTH of the REST API; valid for five minutes.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.PUBLISHER.value,
    show_default=True,
    help="In the session.",
)
@click.option(
    "--data", type=Text(MAX_TOKEN_DATA_CHARACTERS, may_be_empty=True), default="", help="Connection data."
)
@click.option("--expires-in", type=Whole(1, _MONTH), default=_DAY, show_default=True, help="Seconds.")
@click.option("--t1", is_flag=True, help="The legacy form instead of a JWT.")
@click.option(
    "--api-key", type=ApiKey(), envvar="HELIOGRAPH_API_KEY", help="The project; the kept one if left out."
)
@click.option("--api-secret", type=Text(1_024), envvar="HELIOGRAPH_API_SECRET", help="Its secret.")
@click.option(
    "--project-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="HELIOGRAPH_PROJECT_FILE",
    help="Where the project is kept.",
)
def token(
    session: str | None,
    server: bool,
    role: str,
    data: str,
    expires_in: int,
    t1: bool,
    api_key: str | None,
    api_secret: str | None,
    project_file: Path | None,
) -> None:
    """See the command's help."""
    now = time.time()
    if server == (session is not None):
        raise click.UsageError("give --session ID for a client, or --server for a server")
    project = project_of(api_key, api_secret, project_file)
    if session is None:
        click.echo(mint_server_token(project, now=now, seconds=MAX_SERVER_TOKEN_SECONDS))
        return
    claims = Claims(session_id=session, role=Role(role), data=data, expires=now + expires_in)
    mint = mint_t1 if t1 else mint_jwt
    click.echo(mint(project, claims, now=now, nonce=secrets.token_hex(8)))
