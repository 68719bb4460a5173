"""A client of the official SDK 1.x."""

import asyncio
import os
from contextlib import asynccontextmanager

import authorization
import mcp.types as types
from answers import MODEL, NAME, ROOT, WORDS, note
from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


def transport(line):
    target = line["target"]
    if "auth" in line:
        return authorization.transport(target, line["auth"], line["asked"])
    if line["transport"] == "stdio":
        server = StdioServerParameters(command=target["command"], args=target["args"], env=target["env"])
        return stdio_client(server, errlog=open(os.devnull, "w"))
    return sse_client(target) if line["transport"] == "sse" else streamable_http_client(target)


async def on_sampling(_context, _params):
    words = types.TextContent(type="text", text=WORDS)
    return types.CreateMessageResult(role="assistant", content=words, model=MODEL)


async def on_elicitation(_context, _params):
    return types.ElicitResult(action="accept", content=NAME)


async def on_roots(_context):
    return types.ListRootsResult(roots=[types.Root(uri=ROOT)])


@asynccontextmanager
async def connect(line, heard):
    async def on_message(message):
        note(heard, message)

    async with transport(line) as (read, write, *_):
        async with ClientSession(
            read,
            write,
            sampling_callback=on_sampling,
            elicitation_callback=on_elicitation,
            list_roots_callback=on_roots,
            message_handler=on_message,
        ) as session:
            yield Client(session, await session.initialize())


class Client:
    def __init__(self, session, hello):
        self.session = session
        self.hello = hello.model_dump(mode="json", by_alias=True, exclude_none=True)

    def about(self):
        hello = self.hello
        return {
            "revision": hello["protocolVersion"],
            "server": hello["serverInfo"],
            "capabilities": hello["capabilities"],
            "instructions": hello.get("instructions"),
        }

    async def tools(self):
        return await self.session.list_tools()

    async def prompts(self):
        return await self.session.list_prompts()

    async def resources(self):
        return await self.session.list_resources()

    async def templates(self):
        return await self.session.list_resource_templates()

    async def call(self, name, args, progress):
        number = self.session._request_id
        try:
            return await self.session.call_tool(name, args, progress_callback=progress)
        except asyncio.CancelledError:
            # This generation leaves it to its user to tell the server.
            params = types.CancelledNotificationParams(requestId=number)
            await self.session.send_notification(types.ClientNotification(types.CancelledNotification(params=params)))
            raise

    async def prompt(self, name, args):
        return await self.session.get_prompt(name, args)

    async def read(self, uri):
        return await self.session.read_resource(uri)

    async def complete(self, prompt, argument, value):
        reference = types.PromptReference(type="ref/prompt", name=prompt)
        return await self.session.complete(reference, {"name": argument, "value": value})

    async def subscribe(self, uri):
        return await self.session.subscribe_resource(uri)

    async def set_level(self, level):
        return await self.session.set_logging_level(level)
