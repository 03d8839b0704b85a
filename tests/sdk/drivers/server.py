"""The Python server SDK for the tests: {id, call, args} a line in, {id, value | error} a line out.

Runs in an environment of its own, where `opentok` is installed.
"""

import json
import os
import sys

from opentok import Client, MediaModes, Roles  # type: ignore[import-not-found]

sdk = Client(os.environ["API_KEY"], os.environ["API_SECRET"], api_url=os.environ["API_URL"])


def create(mode="routed"):  # type: ignore[no-untyped-def]
    return sdk.create_session(media_mode=MediaModes[mode]).session_id


def token(session, role="publisher", data="", jwt=True):  # type: ignore[no-untyped-def]
    made = sdk.generate_token(session, role=Roles[role], data=data, use_jwt=jwt)
    return made.decode() if isinstance(made, bytes) else made


def streams(session):  # type: ignore[no-untyped-def]
    return sdk.list_streams(session).count


CALLS = {
    "create": create,
    "token": token,
    "signal": sdk.send_signal,
    "disconnect": sdk.force_disconnect,
    "streams": streams,
}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"value": CALLS[request["call"]](*request["args"])}
    except Exception as error:  # noqa: BLE001 - told to the test
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"id": request["id"], **answer}, default=str), flush=True)  # noqa: T201
