"""Mode S: positions as the standard has them, joined with what other frames of the aircraft said, and no others."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from detente.quantities import UtcMs
from detente.tracks import cpr
from detente.tracks.avr import AvrDecoder, FrameLinesDecoder
from detente.tracks.decoding import Circumstances, NoTimesError
from detente.tracks.mode_s import FRESH_MS, Frame, Messages
from detente.tracks.position import PositionReport

EVEN, ODD = "8d40621d58c382d690c8ac2863a7", "8d40621d58c386435cc412692ad6"
"""The pair of "The 1090 Megahertz Riddle", chapter 5: 52.2572, 3.91937 when the even one is newer, 38,000 ft."""
VELOCITY = "8d485020994409940838175b284f"
"""The same book: 159 kt on 182.88 degrees, -832 ft/min."""
IDENTITY = "8d4840d6202cc371c32ce0576098"
SURFACE = "8c4841753aab238733c8cd4020b1"
"""The same book: an odd one, 52.32304, 4.73047 near 51.99, 4.375."""


def messages(site: tuple[float, float] | None = None) -> tuple[Messages, Counter[str], Counter[str]]:
    rejected: Counter[str] = Counter()
    unused: Counter[str] = Counter()
    return Messages(Circumstances(site=site, source="roof"), rejected, unused), rejected, unused


def frame(digits: str, time_ms: int) -> Frame:
    return UtcMs(time_ms), bytes.fromhex(digits), False


def read(*pairs: tuple[str, int], site: tuple[float, float] | None = None) -> list[PositionReport]:
    return messages(site)[0].take([frame(digits, time_ms) for digits, time_ms in pairs])


def with_address(digits: str, address: str) -> str:
    """The same message from another aircraft, with the parity that belongs to it."""
    body = bytes.fromhex(digits[:2] + address + digits[8:22])
    rest = 0
    for byte in body:
        rest ^= byte << 16
        for _ in range(8):
            rest = (rest << 1) ^ 0x1FFF409 if rest & 0x800000 else rest << 1
    return (body + (rest & 0xFFFFFF).to_bytes(3, "big")).hex()


def test_a_pair_gives_the_position_of_the_book() -> None:
    (report,) = read((ODD, 0), (EVEN, 5_000))
    assert (report.lat_deg, report.lon_deg) == pytest.approx((52.25720, 3.91937), abs=1e-5)
    assert report.level_palt_ft == 38_000.0
    assert (report.aircraft, report.source, report.is_on_ground) == ("40621d", "roof", False)


def test_halves_of_a_pair_that_are_ten_seconds_apart_give_nothing() -> None:
    """At 480 kt ten seconds are 1.3 NM: the zone could be another."""
    assert read((ODD, 0), (EVEN, 10_001)) == []


def test_on_the_surface_a_position_needs_the_receiver_s_place() -> None:
    """Zones there are a quarter as wide: the same bits fit four places of the Earth."""
    assert read((SURFACE, 0)) == []
    (report,) = read((SURFACE, 0), site=(51.99, 4.375))
    assert (report.lat_deg, report.lon_deg) == pytest.approx((52.32304, 4.73047), abs=1e-5)
    assert report.is_on_ground
    assert report.level_palt_ft is None


def test_a_velocity_is_joined_while_it_is_fresh_and_not_later() -> None:
    """An old velocity would fly an aircraft on where it no longer goes."""
    velocity = with_address(VELOCITY, "40621d")
    fresh = read((velocity, 0), (ODD, 1_000), (EVEN, 5_000))[0]
    assert fresh.ground_speed_mps == pytest.approx(159.2 * 1852 / 3600, abs=0.01)
    assert fresh.track_deg == pytest.approx(182.88, abs=0.01)
    assert fresh.vertical_rate_mps == pytest.approx(-832 * 0.3048 / 60)
    assert fresh.height_hae_m == pytest.approx((38_000 + 550) * 0.3048)
    old = read((velocity, 0), (ODD, FRESH_MS - 1_000), (EVEN, FRESH_MS + 1))[0]
    assert old.ground_speed_mps is None
    assert old.height_hae_m is None, "the difference to the ellipsoid is as old"


def test_a_call_sign_is_joined() -> None:
    (report,) = read((with_address(IDENTITY, "40621d"), 0), (ODD, 1_000), (EVEN, 5_000))
    assert report.call_sign == "KLM1023"


def test_one_changed_bit_is_no_message() -> None:
    reader, rejected, _ = messages()
    changed = f"{int(EVEN, 16) ^ (1 << 60):028x}"
    assert reader.take([frame(ODD, 0), frame(changed, 5_000)]) == []
    assert rejected == {"bad_frame": 1}


def test_what_merged_receivers_give_twice_counts_once() -> None:
    reader, rejected, _ = messages()
    twice = [frame(ODD, 0), frame(ODD, 7), frame(EVEN, 400), frame(EVEN, 900), frame(EVEN, 1_399)]
    assert len(reader.take(twice)) == 1
    assert rejected == {"repeated_frame": 3}
    assert len(reader.take([frame(EVEN, 6_000)])) == 1, (
        "an aircraft at rest may send the same bits again later"
    )


def test_replies_without_a_checked_address_are_counted_and_not_believed() -> None:
    """The parity of a DF 4 or 20 is the address itself, so noise always names somebody."""
    reader, rejected, unused = messages()
    reader.take([frame("2000171806a983", 0), frame("a000083e202cc371c31de0aa1ccf", 0)])
    assert unused == {"no_squitter": 2}
    assert not rejected


def test_an_address_that_is_not_icao_s_cannot_take_one_that_is() -> None:
    """DF 18 with control field 1: a ground vehicle or a privacy address; the same six digits are another aircraft."""
    other = [with_address("91" + one[2:], "40621d") for one in (ODD, EVEN)]
    assert [one.aircraft for one in read((other[0], 0), (other[1], 1_000))] == ["~40621d"]


def test_memory_ends_with_the_aircraft_heard_last() -> None:
    from detente.tracks import mode_s

    reader, rejected, _ = messages()
    for number in range(mode_s.FEED_AIRCRAFT_MAX + 5):
        reader._of(f"{number:06x}")
    assert len(reader._known) == mode_s.FEED_AIRCRAFT_MAX
    assert rejected == {"forgotten_aircraft": 5}


@pytest.mark.parametrize(
    ("lat_deg", "zones"), [(0.0, 59), (10.5, 58), (86.5, 3), (87.5, 1), (-52.0, 36), (90.0, 1)]
)
def test_zones_of_longitude_fall_towards_the_poles(lat_deg: float, zones: int) -> None:
    """Doc 9871, C.2.6.2 d: the table of NL."""
    assert cpr.zones_at(lat_deg) == zones


def test_a_position_is_the_same_of_a_pair_and_of_a_near_place() -> None:
    of_pair = cpr.airborne_of_pair((93_000, 51_372), (74_158, 50_194), is_odd_newer=False)
    assert of_pair is not None
    near = cpr.near((93_000, 51_372), (53.0, 3.0), is_odd=False, is_surface=False)
    assert near == pytest.approx(of_pair, abs=1e-12)


def test_avr_lines_with_and_without_ticks() -> None:
    """`*` has no time, `@` has one, `<` has one and a signal level."""
    decoder = AvrDecoder(Circumstances())
    ticks = 24_000_000
    lines = f"*{ODD};\r\n@{ticks:012x}{EVEN};\n".encode()
    (report,) = decoder.take(lines, UtcMs(5_000_000))
    assert report.time_ms == 5_000_000
    decoder.take(
        f"<{ticks + 12_000_000:012x}5a{with_address(ODD, 'abcdef')};\n*0123;\nnonsense\n*12345;\n".encode(),
        UtcMs(5_001_000),
    )
    assert decoder.rejected == {"not_a_frame": 2}
    assert decoder.unused["not_mode_s"] == 1


def test_a_recording_without_times_is_not_given_any_unasked() -> None:
    """Made-up times would make made-up speeds."""
    with pytest.raises(NoTimesError):
        AvrDecoder(Circumstances()).take(f"*{ODD};\n".encode(), None)
    decoder = AvrDecoder(Circumstances(frames_per_s=4.0, start_ms=UtcMs(1_000)))
    (report,) = decoder.take(f"*{ODD};\n*{EVEN};\n".encode(), None)
    assert report.time_ms == 1_250


def test_a_short_reply_padded_with_noise_is_cut_to_its_56_bits() -> None:
    decoder = FrameLinesDecoder(Circumstances())
    decoder.take(
        b'{"timestamp":1.5,"frame":"212800bf40f1ef7e5817e9cc428d"}\n{"timestamp":2,"frame":"zz"}\n[1]\n', None
    )
    assert decoder.unused == {"no_squitter": 1}
    assert decoder.rejected == {"not_a_frame": 2}


def test_the_error_of_a_decoded_position_is_that_of_its_17_bits() -> None:
    """5.1 m in latitude: nothing is lost on the way."""
    for lat_deg in (-61.3, -12.0, 0.01, 38.5, 71.9):
        for odd in (0, 1):
            zone = 360.0 / (60 - odd)
            part = round(131_072 * ((lat_deg % zone) / zone)) % 131_072
            lon_zone = 360.0 / max(cpr.zones_at(lat_deg) - odd, 1)
            lon_part = round(131_072 * ((100.0 % lon_zone) / lon_zone)) % 131_072
            found = cpr.near((part, lon_part), (lat_deg + 0.5, 100.4), is_odd=bool(odd), is_surface=False)
            assert found is not None
            assert abs(found[0] - lat_deg) <= zone / 131_072
            assert abs(found[1] - 100.0) * math.cos(math.radians(lat_deg)) <= 2 * zone / 131_072
