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
    return f"""\
<!doctype html>
<meta charset="utf-8">
<title>Signals</title>
<body>
<script src="node_modules/@opentok/client/dist/js/opentok.min.js"></script>
<script>
  const KEY = {_quoted(access.key)};
  const SESSION = {_quoted(access.session)};
  const TOKEN = {_quoted(tokens.page)};

  const say = (text) => document.body.append(text, document.createElement('br'));

  OT.setProxyUrl({_quoted(access.url + "/opentok")}); // before anything else

  const session = OT.initSession(KEY, SESSION);
  session.on('signal', (event) => {{
    const sender = event.from ? event.from.connectionId : 'server';
    say(`${{sender}}: ${{event.type}} ${{event.data}}`);
  }});
  session.connect(TOKEN, (error) => {{
    if (error) {{
      say(`${{error.name}}: ${{error.message}}`);
      return;
    }}
    session.signal({{ type: 'chat', data: 'Hello from a page' }});
  }});
</script>
"""


def _node(access: Access, tokens: Tokens) -> str:
    return f"""\
const OpenTok = require('opentok');

const KEY = {_quoted(access.key)};
const SECRET = {_quoted(access.secret)};
const SESSION = {_quoted(access.session)};

const opentok = new OpenTok(KEY, SECRET, {_quoted(access.url)});

// A signal from the server to everybody in the session
const signal = {{ type: 'chat', data: 'Hello from Node.js' }};
opentok.signal(SESSION, null, signal, (error) => {{
  if (error) throw error;
  console.log('Sent.');
}});

// A session of your own, and a token for a guest
opentok.createSession({{}}, (error, session) => {{
  if (error) throw error;
  const id = session.sessionId;
  console.log('Session:', id);
  console.log('Token:', opentok.generateToken(id, {{ data: 'name=Ana' }}));
}});
"""


def _python(access: Access, tokens: Tokens) -> str:
    return f"""\
import opentok

KEY = {_quoted(access.key)}
SECRET = {_quoted(access.secret)}
SESSION = {_quoted(access.session)}

client = opentok.Client(KEY, SECRET, api_url={_quoted(access.url)})

# A signal from the server to everybody in the session
signal = {{"type": "chat", "data": "Hello from Python"}}
client.send_signal(SESSION, signal)
print("Sent.")

# A session of your own, and a token for a guest
id = client.create_session().session_id
print("Session:", id)
print("Token:", client.generate_token(id, data="name=Ana"))
"""


def _shell(access: Access, tokens: Tokens) -> str:
    path = f"/v2/project/{access.key}/session/{access.session}/signal"
    lines = [
        f"curl -i -X POST {shlex.quote(access.url + path)}",
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
    Snippet(
        "shell", "REST",
        "204 is the answer that all is well. The token in it holds for five minutes; copy it anew after that.", _shell,
    ),
)  # fmt: skip


def note_on(snippet: Snippet, access: Access) -> str:
    """What a piece of code needs and does, and what keeps it from working now."""
    if access.reach == "off":
        return "Nobody may reach this relay by OpenTok now, so this code gets no answer. Choose who may."
    return snippet.note


def _quoted(text: str) -> str:
    """A string that JavaScript and Python read alike."""
    return json.dumps(text, ensure_ascii=False)
