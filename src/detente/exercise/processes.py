"""Nodes as processes of the operating system, started and stopped as an operator would."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from typing import Any

from detente.adapters.control import ControlClient
from detente.adapters.home import Home
from detente.errors import OperatorError

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
LOOK_EVERY_S = 0.05


@dataclass(kw_only=True)
class NodeProcess:
    """One running node and a connection to its control door."""

    home: Home
    process: asyncio.subprocess.Process
    control: ControlClient

    @classmethod
    async def start(cls, home: Home) -> NodeProcess:
        """Start `detente run` and wait until it answers; raises OperatorError with what it printed."""
        home.control_file.unlink(missing_ok=True)
        output = (home.folder / "output.txt").open("wb")
        with output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "detente", "run", str(home.folder), stdout=output, stderr=output
            )
        deadline = asyncio.get_running_loop().time() + START_TIMEOUT_S
        try:
            while asyncio.get_running_loop().time() < deadline:
                if process.returncode is not None:
                    break
                with contextlib.suppress(OperatorError):
                    control = await ControlClient.open(home.control_file)
                    return cls(home=home, process=process, control=control)
                await asyncio.sleep(LOOK_EVERY_S)
        except asyncio.CancelledError:
            process.kill()  # nobody else knows of it yet
            raise
        text = (home.folder / "output.txt").read_text(errors="replace").strip()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise OperatorError("node_start", f"The node of {home.folder} did not start: {text}")

    async def order(self, name: str, **args: object) -> dict[str, Any]:
        """Give an order."""
        return await self.control.order(name, **args)

    async def stop(self) -> None:
        """Ask it to stop, and insist if it does not."""
        with contextlib.suppress(OperatorError, ConnectionError):
            await self.control.order("stop")
        await self.control.close()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
