"""A notice with all that moves in it replaced by what it sweeps, for questions that do not depend on the time."""

from __future__ import annotations

import msgspec

from detente.airspace.shapes import Corridor, points_of
from detente.airspace.volumes import Volume
from detente.notices.notice import Notice


def at_rest(notice: Notice) -> Notice:
    """The notice in shapes that stay where they are; itself where nothing moves."""
    if not any(moves(volume) for volume in notice.volumes):
        return notice
    return msgspec.structs.replace(notice, volumes=tuple(map(_swept, notice.volumes)))


def moves(volume: Volume) -> bool:
    """Whether a volume is somewhere else at different times: its shape has times of its own."""
    return bool(getattr(volume.shape, "times_ms", ()))


def _swept(volume: Volume) -> Volume:
    shape = volume.shape
    if not moves(volume) or not hasattr(shape, "half_width_cm"):
        return volume
    swept = Corridor(points=points_of(shape), half_width_cm=shape.half_width_cm)
    return msgspec.structs.replace(volume, shape=swept)
