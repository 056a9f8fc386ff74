"""Paths whose faults a test switches while it waits for other things: proxies in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from detente.adapters.fault_proxy import Fault, FaultProxy


class Paths:
    """Every proxy of one test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._laid: list[FaultProxy] = []

    def lay(self, target_port: int, *, seed: int = 0) -> FaultProxy:
        """A path to a port."""
        proxy = FaultProxy(target_port, seed=seed)
        self._do(proxy.start())
        self._laid.append(proxy)
        return proxy

    def switch(self, fault: Fault, *proxies: FaultProxy) -> None:
        """Put some paths, or all, under a fault."""
        for proxy in proxies or self._laid:
            self._do(proxy.switch(fault))

    def close(self) -> None:
        for proxy in self._laid:
            self._do(proxy.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)
