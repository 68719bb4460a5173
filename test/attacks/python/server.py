"""An MCP server on the official Python SDK that prints a line of JSON for everything it executes, after one with its port."""

import asyncio
import contextlib
import json
import socket
import sys
from typing import Any

import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount


def emit(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


server: Server = Server("reference")


def tool(name: str) -> types.Tool:
    return types.Tool(name=name, description=f"the tool {name}", inputSchema={"type": "object"})


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [tool(name) for name in ("echo", "danger", "read_file")]


@server.call_tool(validate_input=False)
async def call_tool(name: str, arguments: dict[str, Any]) -> list[types.TextContent]:
    emit({"method": "tools/call", "params": {"name": name, "arguments": arguments}})
    return [types.TextContent(type="text", text="done")]


@server.list_prompts()
async def list_prompts() -> list[types.Prompt]:
    return [types.Prompt(name=name) for name in ("greet", "leak")]


@server.get_prompt()
async def get_prompt(name: str, _arguments: dict[str, str] | None) -> types.GetPromptResult:
    emit({"method": "prompts/get", "params": {"name": name}})
    return types.GetPromptResult(messages=[])


@server.read_resource()
async def read_resource(uri: Any) -> str:
    emit({"method": "resources/read", "params": {"uri": str(uri)}})
    return "done"


@server.subscribe_resource()
async def subscribe(uri: Any) -> None:
    emit({"method": "resources/subscribe", "params": {"uri": str(uri)}})


@server.completion()
async def complete(ref: Any, _argument: Any, _context: Any) -> None:
    emit({"method": "completion/complete", "params": {"ref": ref.model_dump(mode="json")}})


async def main() -> None:
    manager = StreamableHTTPSessionManager(app=server, json_response=True, stateless=True)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette):
        async with manager.run():
            yield

    app = Starlette(routes=[Mount("/", app=manager.handle_request)], lifespan=lifespan)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", access_log=False)
    web = uvicorn.Server(config)

    async def end_with_stdin() -> None:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        web.should_exit = True

    emit({"port": listener.getsockname()[1]})
    watcher = asyncio.create_task(end_with_stdin())
    await web.serve(sockets=[listener])
    watcher.cancel()


asyncio.run(main())
