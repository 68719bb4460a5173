"""Every feature of the protocol, in both eras, on the official SDK 2.x: python server_v2.py <http|sse|stdio>."""

import sys
import warnings
from typing import Annotated

import anyio
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, ListRoots, MCPServer, Resolve, Sample
from mcp.server.streamable_http import EventMessage, EventStore
from mcp_types import (
    Completion,
    CreateMessageResult,
    EmptyResult,
    ListRootsResult,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    UnsubscribeRequestParams,
)
from pydantic import BaseModel
from surface import COLOURS, INSTRUCTIONS, NOTES, PROMPT, QUESTION, Events, serve

# Logging and subscriptions of the handshake revisions are deprecated, and this server is here to have them.
warnings.simplefilter("ignore")


class Store(Events, EventStore):
    async def replay_events_after(self, last_event_id, send_callback):
        return await super().replay_events_after(last_event_id, send_callback, EventMessage)


class Person(BaseModel):
    name: str


mcp = MCPServer("features", instructions=INSTRUCTIONS, version="1.0.0", log_level="ERROR")
cancelled: set[str] = set()


@mcp.tool()
def echo(message: str) -> str:
    return message


@mcp.tool()
def forbidden() -> str:
    return "done"


@mcp.tool()
def held(key: str) -> str:
    return "done"


@mcp.tool()
def fail() -> str:
    raise RuntimeError("the printer is on fire")


@mcp.tool()
async def steps(steps: int, ctx: Context) -> str:
    for progress in range(1, steps + 1):
        await ctx.report_progress(progress, steps, f"step {progress}")
    await anyio.sleep(0.3)
    return "stepped"


@mcp.tool()
async def wait(key: str, ctx: Context) -> str:
    await ctx.report_progress(1)
    try:
        await anyio.sleep(20)
    except anyio.get_cancelled_exc_class():
        cancelled.add(key)
        raise
    return "waited"


@mcp.tool()
def was_cancelled(key: str) -> str:
    return str(key in cancelled).lower()


# Written once: the SDK asks within the call in the eras with a handshake, and by a result that wants more in 2026-07-28.
def person() -> Elicit[Person]:
    return Elicit(QUESTION, Person)


def model() -> Sample:
    return Sample([SamplingMessage(role="user", content=TextContent(type="text", text=PROMPT))], max_tokens=10)


def roots() -> ListRoots:
    return ListRoots()


@mcp.tool()
def ask_person(answer: Annotated[ElicitationResult[Person], Resolve(person)]) -> str:
    return f"{answer.action} {answer.data.name if answer.action == 'accept' else ''}"


@mcp.tool()
def ask_model(answer: Annotated[CreateMessageResult, Resolve(model)]) -> str:
    return f"{answer.model} {answer.content.text}"


@mcp.tool()
def ask_roots(answer: Annotated[ListRootsResult, Resolve(roots)]) -> str:
    return " ".join(str(root.uri) for root in answer.roots)


@mcp.tool()
async def say(ctx: Context) -> str:
    await ctx.log("warning", "it is warm", logger_name="features")
    return "said"


@mcp.tool()
async def touch(ctx: Context) -> str:
    await ctx.notify_resource_updated(NOTES)
    if ctx.protocol_version != "2026-07-28":
        await ctx.session.send_resource_updated(NOTES)
    return "touched"


@mcp.tool()
async def drop(ctx: Context) -> str:
    can = ctx.request_context.close_sse_stream is not None
    await anyio.sleep(0.1)
    await ctx.close_sse_stream()
    await anyio.sleep(0.1)
    return "dropped" if can else "nothing to drop"


@mcp.resource(NOTES, mime_type="text/plain")
def notes() -> str:
    return "milk"


@mcp.resource("file:///data/{name}", name="any")
def anything(name: str) -> str:
    return f"contents of {name}"


@mcp.prompt()
def paint(colour: str) -> str:
    return f"Paint it {colour}."


@mcp.completion()
async def complete(ref, argument, context):
    return Completion(values=[colour for colour in COLOURS if colour.startswith(argument.value)])


async def accepted(_ctx, _params):
    return EmptyResult()


lowlevel = mcp._lowlevel_server
lowlevel.add_request_handler("resources/subscribe", SubscribeRequestParams, accepted)
lowlevel.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, accepted)
lowlevel.add_request_handler("logging/setLevel", SetLevelRequestParams, accepted)

if sys.argv[1] == "http":
    serve(mcp.streamable_http_app(event_store=Store(), retry_interval=50))
elif sys.argv[1] == "sse":
    serve(mcp.sse_app())
else:
    mcp.run("stdio")
