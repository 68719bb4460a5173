"""What agents on two frameworks see of a gate: python frameworks.py <url> <token>. One JSON object on standard output."""

import asyncio
import json
import sys
import time

from agents.mcp import MCPServerStreamableHttp
from langchain_mcp_adapters.client import MultiServerMCPClient

URL, TOKEN = sys.argv[1:3]


def said(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


async def attempt(action):
    try:
        return await action
    except BaseException as error:
        return said(error)


async def openai_agents(token):
    params = {"url": URL, "headers": {"Authorization": f"Bearer {token}"}}
    server = MCPServerStreamableHttp(params=params, client_session_timeout_seconds=20)
    async with server:
        async def call(name, **args):
            result = await server.call_tool(name, args)
            return " ".join(item.text for item in result.content)

        return {
            "tools": [tool.name for tool in await server.list_tools()],
            "call": await attempt(call("echo", message="hello")),
            "refusal": await attempt(call("was_cancelled", key="/etc/passwd")),
            "held": await attempt(call("held", key="agents")),
            "after": await attempt(call("echo", message="still here")),
        }


async def langchain(token):
    headers = {"Authorization": f"Bearer {token}"}
    client = MultiServerMCPClient({"gate": {"transport": "streamable_http", "url": URL, "headers": headers}})
    tools = {tool.name: tool for tool in await client.get_tools()}

    async def call(name, **args):
        result = await tools[name].ainvoke(args)
        return result if isinstance(result, str) else " ".join(item["text"] for item in result)

    return {
        "tools": list(tools),
        "call": await attempt(call("echo", message="hello")),
        "refusal": await attempt(call("was_cancelled", key="/etc/passwd")),
        "held": await attempt(call("held", key="langchain")),
        "after": await attempt(call("echo", message="still here")),
    }


async def main():
    report = {}
    for framework in (openai_agents, langchain):
        started = time.monotonic()
        report[framework.__name__] = {
            **(await framework(TOKEN)),
            "with a wrong token": await attempt(framework("wrong")),
        }
        print(framework.__name__, f"{time.monotonic() - started:.1f} s", file=sys.stderr)
    print(json.dumps(report))


asyncio.run(main())
