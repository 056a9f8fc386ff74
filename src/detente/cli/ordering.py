"""Gives one order to a running node and waits for its answer."""

from __future__ import annotations

import asyncio
from typing import Any

from detente.adapters.control import ControlClient
from detente.adapters.home import Home


def give_order(home: Home, order: str, **args: object) -> dict[str, Any]:
    """The node's answer; raises OperatorError where none runs, or in the node's own words."""

    async def ask() -> dict[str, Any]:
        client = await ControlClient.open(home.control_file)
        try:
            return await client.order(order, **args)
        finally:
            await client.close()

    return asyncio.run(ask())
