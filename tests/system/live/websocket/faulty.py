"""The application behind a layer with faults, which a client chooses by its messages."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bpmn_events.asgi import create_app

DAMAGED = "a message that arrives damaged"
UNSENDABLE = "a message that cannot be sent"


def create_faulty_app() -> ASGIApp:
    app = create_app()

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_damaged() -> Message:
            message = await receive()
            return {**message, "text": 5} if message.get("text") == DAMAGED else message

        async def fail_to_send(message: Message) -> None:
            if UNSENDABLE in message.get("text", ""):
                raise ZeroDivisionError
            await send(message)

        if scope["type"] == "websocket":
            await app(scope, receive_damaged, fail_to_send)
        else:
            await app(scope, receive, send)

    return faulty
