"""Code that runs as it is pasted: OpenTok.js in a page, the Node.js and Python server SDKs, and a REST call. Pure.

tests/sdk runs them against the real SDKs.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from heliograph.model.developer import Access


@dataclass(frozen=True)
class Snippet:
    """Code for one place. `note` says what it needs and does."""

    name: str
    title: str
    note: str
    code: Callable[[Access, "Tokens"], str]


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What lets the code in: a page's token, and a server's, which holds for five minutes."""

    page: str
    server: str


def _page(access: Access, tokens: Tokens) -> str:
    key, session, token = (_quoted(text) for text in (access.key, access.session, tokens.page))
    return f"""\
<!doctype html>
<meta charset="utf-8">
<title>Signals</title>
<body>
<script src="node_modules/@opentok/client/dist/js/opentok.min.js"></script>
<script>
  const say = (text) => document.body.append(text, document.createElement('br'));

  OT.setProxyUrl({_quoted(access.url + "/opentok")}); // before anything else

  const session = OT.initSession({key}, {session});
  session.on('signal', (event) => {{
    const sender = event.from ? event.from.connectionId : 'server';
    say(`${{sender}}: ${{event.type}} ${{event.data}}`);
  }});
  session.connect({token}, (error) => {{
    if (error) {{
      say(`${{error.name}}: ${{error.message}}`);
      return;
    }}
    session.signal({{ type: 'chat', data: 'Hello from a page' }});
  }});
</script>
"""


def _node(access: Access, tokens: Tokens) -> str:
    key, secret, url, session = (
        _quoted(text) for text in (access.key, access.secret, access.url, access.session)
    )
    return f"""\
const OpenTok = require('opentok');

const opentok = new OpenTok({key}, {secret}, {url});

// A signal from the server to everybody in the session
opentok.signal({session}, null, {{ type: 'chat', data: 'Hello from Node.js' }}, (error) => {{
  if (error) throw error;
  console.log('Sent.');
}});

// A session of your own, and a token for a guest
opentok.createSession({{}}, (error, session) => {{
  if (error) throw error;
  console.log('Session:', session.sessionId);
  console.log('Token:', opentok.generateToken(session.sessionId, {{ data: 'name=Ana' }}));
}});
"""


def _python(access: Access, tokens: Tokens) -> str:
    key, secret, url, session = (
        _quoted(text) for text in (access.key, access.secret, access.url, access.session)
    )
    return f"""\
import opentok

client = opentok.Client({key}, {secret}, api_url={url})

# A signal from the server to everybody in the session
client.send_signal({session}, {{"type": "chat", "data": "Hello from Python"}})
print("Sent.")

# A session of your own, and a token for a guest
session = client.create_session()
print("Session:", session.session_id)
print("Token:", client.generate_token(session.session_id, data="name=Ana"))
"""


def _shell(access: Access, tokens: Tokens) -> str:
    path = f"/v2/project/{access.key}/session/{access.session}/signal"
    lines = [
        f"curl -X POST {shlex.quote(access.url + path)}",
        f"-H {shlex.quote(f'X-OPENTOK-AUTH: {tokens.server}')}",
        "-H 'Content-Type: application/json'",
        """-d '{"type": "chat", "data": "Hello from the shell"}'""",
    ]
    return " \\\n  ".join(lines) + "\n"


SNIPPETS = (
    Snippet(
        "page", "OpenTok.js",
        "A whole page. npm install @opentok/client beside it, and serve the folder over http."
        " Its token holds for a day.", _page,
    ),
    Snippet("node", "Node.js", "npm install opentok. Keep the secret on the server.", _node),
    Snippet("python", "Python", "pip install opentok. Keep the secret on the server.", _python),
    Snippet("shell", "REST", "The token in it holds for five minutes; copy it anew after that.", _shell),
)  # fmt: skip


def _quoted(text: str) -> str:
    """A string that JavaScript and Python read alike."""
    return json.dumps(text, ensure_ascii=False)
