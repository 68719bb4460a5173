"""An official client sends calls that are spoiled on their way out, each beside an open call, and prints what it heard, a line a row."""

import asyncio
import base64
import json
import sys
from contextlib import asynccontextmanager

import anyio

FIRST = sys.argv[1] == "legacy" and __import__("importlib.metadata").metadata.version("mcp").startswith("1.")

if FIRST:
    import httpx
    from mcp import ClientSession, McpError as ProtocolError
    from mcp.client.streamable_http import streamable_http_client
else:
    import httpx2 as httpx
    from mcp import Client
    from mcp import MCPError as ProtocolError
    from mcp.client.streamable_http import streamable_http_client

LIMIT_S = 20


class Spoiling(httpx.AsyncHTTPTransport):
    """Puts the row in the place of the next call of `echo`, under the id that the client gave it."""

    def __init__(self, placeholder):
        super().__init__()
        self.placeholder = placeholder
        self.row = None

    async def handle_async_request(self, request):
        row, body = self.row, request.content
        if row is None or b'"echo"' not in body:
            return await super().handle_async_request(request)
        self.row = None
        own = str(json.loads(body)["id"]).encode()
        content = base64.b64decode(row["body"]).replace(self.placeholder, own)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("content-length", "transfer-encoding")}
        for name, value in row["headers"].items():
            headers = {k: v for k, v in headers.items() if k.lower() != name.lower()} | {name: value}
        spoiled = httpx.Request(request.method, request.url, headers=headers, content=content, extensions=request.extensions)
        return await super().handle_async_request(spoiled)


@asynccontextmanager
async def connect(url, wire, mode):
    async with httpx.AsyncClient(transport=wire, timeout=LIMIT_S) as http:
        if FIRST:
            async with streamable_http_client(url, http_client=http) as (read, write, *_):
                async with ClientSession(read, write) as session:
                    await session.initialize()
                    yield session
        else:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                yield client


async def call(client, name, arguments):
    with anyio.fail_after(LIMIT_S):
        return await client.call_tool(name, arguments)


def words_of(result):
    return "\n".join(getattr(item, "text", "") for item in result.content)


async def heard(client):
    try:
        result = await call(client, "echo", {})
    except ProtocolError as error:
        return {"kind": "error", "code": error.error.code, "text": error.error.message}
    except Exception as error:
        return {"kind": "error", "code": None, "text": repr(error)}
    failed = getattr(result, "is_error", None) or getattr(result, "isError", None)
    return {"kind": "result" if failed else "answered", "text": words_of(result)}


async def one_row(client, wire, row):
    opened = asyncio.ensure_future(call(client, "slow", {"ms": 100}))
    await asyncio.sleep(0.02)
    wire.row = row
    line = {"row": row["name"], "lived": False, **(await heard(client))}
    try:
        await opened
        line["lived"] = "alive" in words_of(await call(client, "echo", {"alive": True}))
    except Exception as error:
        line["died"] = repr(error)
    return line


async def main():
    task = json.load(sys.stdin)
    rows = task["rows"]
    while rows:
        wire = Spoiling(task["id"].encode())
        line = None
        try:
            async with connect(task["url"], wire, sys.argv[1]) as client:
                while rows:
                    line = None
                    line = await one_row(client, wire, rows[0])
                    if not line["lived"]:
                        break
                    print(json.dumps(line), flush=True)
                    rows = rows[1:]
        except BaseExceptionGroup as error:
            # What is open ends in a group of errors, and the session with it.
            line = line or {"row": rows[0]["name"], "lived": False, "kind": "error", "text": repr(error)}
        if rows:
            print(json.dumps(line), flush=True)
            rows = rows[1:]


asyncio.run(main())
