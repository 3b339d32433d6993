"""How bodies are read."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class JsonRequest(Request):
    """A request whose body is JSON to the letter: NaN and Infinity are no values of it."""

    async def json(self) -> Any:
        return json.loads(await self.body(), parse_constant=_refuse_constant)


class JsonRoute(APIRoute):
    """A route that reads such requests."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(JsonRequest(request.scope, request.receive))

        return strict


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
