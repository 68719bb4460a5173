"""What the clients of all SDKs say when a server asks them. The TypeScript ones have it in clients/answers.ts."""

NAME = {"name": "Ada"}
MODEL = "a-model"
WORDS = "something"
ROOT = "file:///home/ada"


def note(heard, message):
    """A notification, as it is on the wire."""
    message = getattr(message, "root", message)
    if not hasattr(message, "method"):
        return
    params = message.params.model_dump(mode="json", by_alias=True, exclude_none=True) if message.params else {}
    params.pop("_meta", None)
    heard({"method": message.method, "params": params})
