"""Clients of the official SDK that are told on standard input what to do, a line of JSON each, and say on standard output what they saw.

A line is {"id", "session", "op", ...}; its answer {"id", "result"} or {"id", "error"}, and before that any {"id", "progress"}.
"""

import asyncio
import json
import logging
import sys

import anyio
import mcp

if hasattr(mcp, "Client"):
    from client_v2 import connect
else:
    from client_v1 import connect

# What an SDK says about streams that end is not for who reads the test.
logging.disable(logging.CRITICAL)

sessions = {}
running = {}


def say(message):
    print(json.dumps(message), flush=True)


def plain(value):
    """As it is on the wire."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return value


def failure(error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    told = getattr(error, "error", error)
    return {"failed": type(error).__name__, "code": getattr(told, "code", None), "message": str(error)}


class Session:
    """A client from its beginning to its end, in one task: what it opens belongs to the task that opened it."""

    def __init__(self):
        self.heard = []
        self.asked = []
        self.client = None
        self.opened = asyncio.get_running_loop().create_future()
        self.ending = asyncio.Event()
        self.task = None

    async def live(self, line):
        try:
            async with connect({**line, "asked": self.asked}, self.heard.append) as client:
                self.client = client
                self.opened.set_result(client.about())
                await self.ending.wait()
        except BaseException as error:
            if self.opened.done():
                raise
            self.opened.set_exception(error if isinstance(error, Exception) else RuntimeError(str(error)))


async def perform(line):
    op = line["op"]
    if op == "connect":
        session = sessions[line["session"]] = Session()
        session.task = asyncio.create_task(session.live(line))
        return await session.opened
    session = sessions[line["session"]]
    if op == "heard":
        return session.heard
    if op == "asked":
        return session.asked
    if op == "close":
        session.ending.set()
        del sessions[line["session"]]
        try:
            await session.task
        except* (anyio.BrokenResourceError, anyio.ClosedResourceError):
            # The SDK's own: now and then it goes on reading from a program that it has ended.
            pass
        return None
    if op == "call":
        async def progress(progress, total, message):
            seen = {"progress": progress, "total": total, "message": message}
            say({"id": line["id"], "progress": {key: value for key, value in seen.items() if value is not None}})

        return await session.client.call(line["name"], line["args"], progress)
    return await getattr(session.client, op)(*line.get("args", []))


async def answer(line):
    try:
        say({"id": line["id"], "result": plain(await perform(line))})
    except asyncio.CancelledError:
        say({"id": line["id"], "error": {"failed": "cancelled"}})
    except BaseException as error:
        say({"id": line["id"], "error": failure(error)})


async def main():
    loop = asyncio.get_running_loop()
    while text := await loop.run_in_executor(None, sys.stdin.readline):
        line = json.loads(text)
        if line["op"] == "cancel":
            running[line["target"]].cancel()
            continue
        task = running[line["id"]] = asyncio.create_task(answer(line))
        task.add_done_callback(lambda _, key=line["id"]: running.pop(key))
    for session in list(sessions.values()):
        session.ending.set()


asyncio.run(main())
