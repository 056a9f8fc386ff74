"""Brings the own journal to one peer over one path for as long as the node runs, and checks that path.

Of several paths to a peer the best one that works carries; the others are checked, and take over when it
fails. Back-off doubles up to a limit and falls to zero when the peer is heard on any path, when something
urgent is committed, or when an operator asks. Every failure names the path, the peer and the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

from detente.errors import DamageError, DetenteError, PeerError
from detente.node.events import PathChecked
from detente.ports import Clock, Connection, Entropy, LinkRequest, LinkResponse
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref
from detente.runtime.delivery import deliver, deliver_urgent
from detente.runtime.heartbeat import check_path
from detente.runtime.node import Node

BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 0.8
"""A line that heals carries its first message within a second, whatever it was."""
REQUEST_TIMEOUT_S = 10.0
URGENT_TIMEOUT_S = 2.0
"""A connection on which an ALERT gets no answer is given up so soon at first, then after twice as long each time:
of a path that forgot its connections, a new one is often carried at once."""

T = TypeVar("T")


class Courier:
    """One peer's deliveries and checks over one path.

    Args:
        better: the couriers of the paths that rank before this one; while one of them works, it carries.
        stop: called where our own record cannot go on (a restored old copy).
    """

    def __init__(
        self,
        *,
        node: Node,
        connection: Connection,
        clock: Clock,
        entropy: Entropy,
        stop: Callable[[DetenteError], None],
        better: Sequence[Courier] = (),
    ) -> None:
        self.is_up: bool | None = None
        """Whether the last attempt went to its end; None before the first."""
        self._node = node
        self._connection = connection
        self._clock = clock
        self._entropy = entropy
        self._stop = stop
        self._better = better
        self._wake = asyncio.Event()
        self._backoff_s = 0.0
        self._checked_ms: UtcMs | None = None

    @property
    def path_id(self) -> str:
        """The path's name in the memorandum."""
        return self._connection.path_id

    @property
    def carries(self) -> bool:
        """Whether no better path works."""
        return all(courier.is_up is False for courier in self._better)

    def wake(self) -> None:
        """There is something to bring, or the peer was heard: try now."""
        self._backoff_s = 0.0
        self._wake.set()

    def check_now(self) -> None:
        """Check the path at once, whatever was checked before."""
        self._checked_ms = None
        self.wake()

    async def run(self, *, heartbeat_s: float) -> None:
        """Deliver and check until cancelled."""
        try:
            while True:
                self._wake.clear()
                await self._once(heartbeat_s)
                await self._pause(self._backoff_s or heartbeat_s)
        finally:
            await self._connection.close()

    async def _pause(self, seconds: float) -> None:
        """Until something wakes us, or so long. `wait_for` of Python 3.11 can lose a cancellation; this cannot."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _once(self, heartbeat_s: float) -> None:
        peer = self._connection.peer
        try:
            if self.carries:
                receipt = await self._ride(deliver(self._node.keeper, peer))
                self._node.receipted(peer, receipt)
                if self._node.keeper.unreceipted(peer):
                    self._wake.set()
            if self._checked_ms is None or self._clock.now_ms() - self._checked_ms >= heartbeat_s * 1000:
                await self._check()
            self.is_up = True
            self._backoff_s = 0.0
        except PeerError as why:
            self._failed(why, is_refused=why.code == "refused_by_peer")
        except DetenteError as why:
            self._failed(why, is_refused=False)
            if isinstance(why, DamageError) and why.may_pass:
                self._node.cannot_keep(why)
            else:
                self._stop(why)

    async def _check(self) -> None:
        peer, path_id = self._connection.peer, self._connection.path_id
        text_id = self._entropy.draw(8).hex()
        found = await self._ride(
            check_path(self._node.keeper, self._clock, peer=peer, path_id=path_id, text_id=text_id)
        )
        self._checked_ms = self._clock.now_ms()
        self._node.happen(
            PathChecked(
                at_ms=self._checked_ms,
                peer=peer,
                path_id=path_id,
                is_good=True,
                rtt_ms=found.rtt_ms,
                offset_ms=found.offset_ms,
                reason="",
            )
        )

    def _failed(self, why: DetenteError, *, is_refused: bool) -> None:
        self.is_up = False
        self._checked_ms = None
        self._backoff_s = min(max(self._backoff_s * 2, BACKOFF_FIRST_S), BACKOFF_MAX_S)
        self._node.happen(
            PathChecked(
                at_ms=self._clock.now_ms(),
                peer=self._connection.peer,
                path_id=self._connection.path_id,
                is_good=False,
                rtt_ms=None,
                offset_ms=None,
                reason=why.message,
                is_refused=is_refused,
            )
        )

    async def _ride(self, conversation: Generator[LinkRequest, LinkResponse, T]) -> T:
        return await ride(self._connection, conversation)


class Runner:
    """Carries ALERTs over one path, on a connection of its own, ahead of everything and until each is held.

    Args:
        ended: told of each errand that is over, and looks whether it failed by a fault of ours.
    """

    def __init__(
        self, *, node: Node, connection: Connection, ended: Callable[[asyncio.Task[None]], None]
    ) -> None:
        self._node = node
        self._connection = connection
        self._ended = ended
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def peer(self) -> PartyId:
        """Whom it runs to."""
        return self._connection.peer

    def run_with(self, ref: Ref) -> None:
        """Bring one ALERT; returns at once."""
        task = asyncio.get_running_loop().create_task(self._bring(ref))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Let go; what is not held yet follows with the backlog."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._connection.close()

    async def _bring(self, ref: Ref) -> None:
        keeper = self._node.keeper
        backoff_s, timeout_s = BACKOFF_FIRST_S, URGENT_TIMEOUT_S
        while keeper.book.journals[ref.origin].cosigned_size(self.peer) <= ref.seq:
            try:
                signed_ms = await ride(
                    self._connection, deliver_urgent(keeper, self.peer, ref), timeout_s=timeout_s
                )
            except (PeerError, DamageError) as why:
                if isinstance(why, DamageError):
                    if not why.may_pass:
                        raise
                    self._node.cannot_keep(why)
                await asyncio.sleep(backoff_s)
                backoff_s = min(backoff_s * 2, BACKOFF_MAX_S)
                timeout_s = min(timeout_s * 2, REQUEST_TIMEOUT_S)
                continue
            self._node.delivered_early(self.peer, ref, signed_ms)
            return


async def ride(
    connection: Connection,
    conversation: Generator[LinkRequest, LinkResponse, T],
    *,
    timeout_s: float = REQUEST_TIMEOUT_S,
) -> T:
    """Drive a conversation over a connection to its end; each request may take so long."""
    try:
        request = next(conversation)
        while True:
            response = await connection.request(request, timeout_s=timeout_s)
            request = conversation.send(response)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        conversation.close()
