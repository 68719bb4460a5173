"""A client of the official SDK 2.x."""

import os
import warnings
from contextlib import AsyncExitStack, asynccontextmanager

import authorization
import mcp_types as types
from answers import MODEL, NAME, ROOT, WORDS, note
from mcp import Client as Official
from mcp import StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client

# Logging and subscriptions of the handshake revisions are deprecated, and here they are used.
warnings.simplefilter("ignore")


def server(line):
    target = line["target"]
    if "auth" in line:
        return authorization.transport(target, line["auth"], line["asked"])
    if line["transport"] == "stdio":
        params = StdioServerParameters(command=target["command"], args=target["args"], env=target["env"])
        return stdio_client(params, errlog=open(os.devnull, "w"))
    return sse_client(target) if line["transport"] == "sse" else target


async def on_sampling(_context, _params):
    words = types.TextContent(type="text", text=WORDS)
    return types.CreateMessageResult(role="assistant", content=words, model=MODEL)


async def on_elicitation(_context, _params):
    return types.ElicitResult(action="accept", content=NAME)


async def on_roots(_context):
    return types.ListRootsResult(roots=[types.Root(uri=ROOT)])


async def on_log(_params):
    pass


@asynccontextmanager
async def connect(line, heard):
    async def on_message(message):
        note(heard, message)

    client = Official(
        server(line),
        mode=line["mode"],
        sampling_callback=on_sampling,
        elicitation_callback=on_elicitation,
        list_roots_callback=on_roots,
        logging_callback=on_log,
        log_level="info",
        message_handler=on_message,
        client_info=types.Implementation(name="compatibility", version="1.0.0"),
    )
    async with client, AsyncExitStack() as opened:
        yield Client(client, opened)


class Client:
    def __init__(self, client, opened):
        self.client = client
        self.opened = opened

    def about(self):
        client = self.client
        info = client.server_info
        return {
            "revision": client.protocol_version,
            "server": info and info.model_dump(mode="json", by_alias=True, exclude_none=True),
            "capabilities": client.server_capabilities.model_dump(mode="json", by_alias=True, exclude_none=True),
            "instructions": client.instructions,
        }

    async def tools(self):
        return await self.client.list_tools()

    async def prompts(self):
        return await self.client.list_prompts()

    async def resources(self):
        return await self.client.list_resources()

    async def templates(self):
        return await self.client.list_resource_templates()

    async def call(self, name, args, progress):
        return await self.client.call_tool(name, args, progress_callback=progress)

    async def prompt(self, name, args):
        return await self.client.get_prompt(name, args)

    async def read(self, uri):
        return await self.client.read_resource(uri)

    async def complete(self, prompt, argument, value):
        reference = types.PromptReference(type="ref/prompt", name=prompt)
        return await self.client.complete(reference, {"name": argument, "value": value})

    async def subscribe(self, uri):
        if self.client.protocol_version == "2026-07-28":
            await self.opened.enter_async_context(self.client.listen(resource_subscriptions=[uri]))
            return {}
        return await self.client.subscribe_resource(uri)

    async def set_level(self, level):
        # In 2026-07-28 each request says what it wants to hear.
        if self.client.protocol_version == "2026-07-28":
            return {}
        return await self.client.set_logging_level(level)
