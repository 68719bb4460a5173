"""What the servers of both generations say and serve alike. The TypeScript ones have it in servers/surface.ts."""

import socket
import sys

INSTRUCTIONS = "Everything a server can do."
NOTES = "file:///data/notes.txt"
COLOURS = ["red", "rose", "blue"]
QUESTION = "What is your name?"
PROMPT = "Say something."


class Events:
    """What a server keeps of its streams, so that a client may lose one and come back for the rest."""

    def __init__(self):
        self._events = []

    async def store_event(self, stream_id, message):
        self._events.append((stream_id, message))
        return str(len(self._events) - 1)

    async def replay_events_after(self, last_event_id, send_callback, make):
        stream = self._events[int(last_event_id)][0]
        for index in range(int(last_event_id) + 1, len(self._events)):
            stream_id, message = self._events[index]
            if stream_id == stream and message is not None:
                await send_callback(make(message, str(index)))
        return stream


def serve(app):
    """On a free port of the loopback interface, which is told on standard error: `PORT 12345`."""
    import uvicorn

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    print(f"PORT {listener.getsockname()[1]}", file=sys.stderr, flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
