"""How clients of the official SDK, of both generations, come to a token: a person whose browser is a few requests, or an agent of its own.

`line["auth"]` is {"kind": "user"}, or {"kind": "secret", "id", "secret"}, or {"kind": "key", "id", "key", "issuer"}.
"""

from urllib.parse import parse_qs, urljoin, urlsplit

from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

try:
    import httpx2 as httpx
    from mcp.shared.auth import AuthorizationCodeResult
except ImportError:
    import httpx

    def AuthorizationCodeResult(code, state, iss):
        return code, state


REDIRECT = "http://127.0.0.1:9/callback"
MAX_PAGES = 10


class Kept:
    """What a client keeps of an authorization server."""

    def __init__(self):
        self.tokens = None
        self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Browser:
    """Goes through the pages where a person logs in."""

    def __init__(self):
        self.answer = None

    async def open(self, url):
        async with httpx.AsyncClient(follow_redirects=False) as http:
            for _ in range(MAX_PAGES):
                if url.startswith(REDIRECT):
                    break
                url = urljoin(url, (await http.get(url)).headers["location"])
        self.answer = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}

    async def back(self):
        answer = self.answer
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))


def provider(url, auth, kept):
    if auth["kind"] == "secret":
        return ClientCredentialsOAuthProvider(url, kept, auth["id"], auth["secret"], "client_secret_basic")
    if auth["kind"] == "key":
        signed = SignedJWTParameters(
            issuer=auth["id"], subject=auth["id"], signing_algorithm="ES256", signing_key=auth["key"]
        )
        return PrivateKeyJWTOAuthProvider(url, kept, auth["id"], signed.create_assertion_provider())
    metadata = OAuthClientMetadata(
        client_name="authorization",
        redirect_uris=[REDIRECT],
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="client_secret_post",
    )
    browser = Browser()
    return OAuthClientProvider(url, metadata, kept, browser.open, browser.back)


def transport(url, auth, asked):
    """`asked`: a list that gets what was asked for, and what came back."""

    async def note(response):
        request = response.request
        asked.append(f"{request.method} {str(request.url).split('?')[0]} {response.status_code}")

    http = httpx.AsyncClient(auth=provider(url, auth, Kept()), timeout=30, event_hooks={"response": [note]})
    return streamable_http_client(url, http_client=http)
