"""A server as people write it on FastMCP: python server_fastmcp.py <http|stdio>."""

import sys

import anyio
from fastmcp import Context, FastMCP
from surface import COLOURS, INSTRUCTIONS, NOTES, serve

mcp = FastMCP("fastmcp", instructions=INSTRUCTIONS, version="1.0.0")


@mcp.tool
def echo(message: str) -> str:
    return message


@mcp.tool
def fail() -> str:
    raise RuntimeError("the printer is on fire")


@mcp.tool
async def steps(steps: int, ctx: Context) -> str:
    for progress in range(1, steps + 1):
        await ctx.report_progress(progress, steps, f"step {progress}")
    await anyio.sleep(0.3)
    return "stepped"


@mcp.resource(NOTES, mime_type="text/plain")
def notes() -> str:
    return "milk"


@mcp.prompt
def paint(colour: str) -> str:
    return f"Paint it {colour}, not {COLOURS[0]}."


if sys.argv[1] == "http":
    serve(mcp.http_app(path="/mcp"))
else:
    mcp.run("stdio", show_banner=False)
