"""Brings the own journal to one peer for as long as the node runs: at once, again after a cut, and on a heartbeat.

Back-off doubles up to a limit and falls to zero when the peer is heard on any path, when something
urgent is committed, or when an operator asks. Every failure names the path, the peer and the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from detente.errors import DetenteError, PeerError
from detente.node.events import DiskChanged, LinkChanged
from detente.ports import Clock, Connection
from detente.runtime.delivery import deliver
from detente.runtime.node import Node

BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 5.0
REQUEST_TIMEOUT_S = 10.0


class Courier:
    """One peer's deliveries over one path.

    Args:
        stop: called where our own record cannot go on (a restored old copy).
    """

    def __init__(
        self, *, node: Node, connection: Connection, clock: Clock, stop: Callable[[DetenteError], None]
    ) -> None:
        self._node = node
        self._connection = connection
        self._clock = clock
        self._stop = stop
        self._wake = asyncio.Event()
        self._backoff_s = 0.0

    def wake(self) -> None:
        """There is something to bring, or the peer was heard: try now."""
        self._backoff_s = 0.0
        self._wake.set()

    async def run(self, *, heartbeat_s: float) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                self._wake.clear()
                await self._deliver_once()
                try:
                    await asyncio.wait_for(self._wake.wait(), self._backoff_s or heartbeat_s)
                except TimeoutError:
                    continue
        finally:
            await self._connection.close()

    async def _deliver_once(self) -> None:
        peer = self._connection.peer
        try:
            delivery = deliver(self._node.keeper, peer)
            request = next(delivery)
            while True:
                response = await self._connection.request(request, timeout_s=REQUEST_TIMEOUT_S)
                request = delivery.send(response)
        except StopIteration as done:
            self._backoff_s = 0.0
            self._node.receipted(peer, done.value)
            self._tell(is_up=True, reason="")
            if self._node.keeper.unreceipted(peer):
                self._wake.set()
        except PeerError as why:
            self._back_off()
            self._tell(is_up=False, reason=why.message)
        except DetenteError as why:
            self._back_off()
            self._tell(is_up=False, reason=why.message)
            if why.code == "disk_full":
                self._node.happen(DiskChanged(at_ms=self._clock.now_ms(), is_full=True))
            else:
                self._stop(why)

    def _back_off(self) -> None:
        self._backoff_s = min(max(self._backoff_s * 2, BACKOFF_FIRST_S), BACKOFF_MAX_S)

    def _tell(self, *, is_up: bool, reason: str) -> None:
        self._node.happen(
            LinkChanged(
                at_ms=self._clock.now_ms(),
                peer=self._connection.peer,
                path_id=self._connection.path_id,
                is_up=is_up,
                reason=reason,
            )
        )
