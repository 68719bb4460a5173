"""Every feature of the protocol on the official SDK 1.x: python server_v1.py <http|sse|stdio>."""

import sys

import anyio
from mcp.server.fastmcp import Context, FastMCP
from mcp.server.streamable_http import EventMessage, EventStore
from mcp.types import Completion, SamplingMessage, TextContent
from pydantic import BaseModel
from surface import COLOURS, INSTRUCTIONS, NOTES, PROMPT, QUESTION, Events, serve


class Store(Events, EventStore):
    async def replay_events_after(self, last_event_id, send_callback):
        return await super().replay_events_after(last_event_id, send_callback, EventMessage)


class Person(BaseModel):
    name: str


mcp = FastMCP("features", instructions=INSTRUCTIONS, event_store=Store(), retry_interval=50, log_level="ERROR")
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


@mcp.tool()
async def ask_person(ctx: Context) -> str:
    answer = await ctx.elicit(QUESTION, Person)
    return f"{answer.action} {answer.data.name if answer.action == 'accept' else ''}"


@mcp.tool()
async def ask_model(ctx: Context) -> str:
    words = SamplingMessage(role="user", content=TextContent(type="text", text=PROMPT))
    # As people write it: related to no request, so it goes to the stream of the session.
    answer = await ctx.session.create_message([words], max_tokens=10)
    return f"{answer.model} {answer.content.text}"


@mcp.tool()
async def ask_roots(ctx: Context) -> str:
    return " ".join(str(root.uri) for root in (await ctx.session.list_roots()).roots)


@mcp.tool()
async def say(ctx: Context) -> str:
    await ctx.log("warning", "it is warm", logger_name="features")
    return "said"


@mcp.tool()
async def touch(ctx: Context) -> str:
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


async def accepted(_):
    pass


mcp._mcp_server.subscribe_resource()(accepted)
mcp._mcp_server.unsubscribe_resource()(accepted)
mcp._mcp_server.set_logging_level()(accepted)

if sys.argv[1] == "http":
    serve(mcp.streamable_http_app())
elif sys.argv[1] == "sse":
    serve(mcp.sse_app())
else:
    mcp.run("stdio")
