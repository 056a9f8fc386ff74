"""What is said of radios changes the plan for all nodes alike: proofs, changes, failures."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.frequencies.proof import pair_proof
from detente.line.bodies_duty import FrequencyChange, RadioCheck
from detente.line.catalogue import Body
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import bands_of
from detente.memorandum.template import template
from detente.node import radio, views
from detente.node.effects import Reply, Say
from detente.node.events import Acknowledge, Heard, SayNow
from detente.node.snapshot import freeze, thaw
from detente.node.state import State
from detente.node.views_radio import changes_of, proofs_of
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref

ALFA, BRAVO, CHARLIE = PartyId("ALFA"), PartyId("BRAVO"), PartyId("CHARLIE")
PARTIES = (ALFA, BRAVO, CHARLIE)
DAY_S = 86_400


@pytest.fixture(scope="module")
def three() -> Memorandum:
    """The neighbours' template with three parties that fly; everybody listens to everything."""
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    parties = tuple(msgspec.structs.replace(one, role="party") for one in read.party)
    users = tuple(f"{party.id}/{one.id}" for party in parties for one in read.class_)
    channels = tuple(
        msgspec.structs.replace(one, monitored_by=users, tunable_by=users) for one in read.channel
    )
    return msgspec.structs.replace(read, party=parties, channel=channels)


@pytest.fixture
def table(make_table: Any, three: Memorandum) -> Any:
    return make_table(three, *PARTIES)


def first(memorandum: Memorandum) -> tuple[int, str]:
    """The name of the first channel, and its first sector."""
    return memorandum.channel[0].name_khz, memorandum.channel[0].sectors[0]


def say(table: Any, party: PartyId, code: str, body: Body, reply_to: Ref | None = None) -> Ref:
    others = tuple(table.states[party].desk_of(one) for one in PARTIES if one != party)
    ref = table.commit(party, Say(to=others, code=code, body=body, precedence="PRIORITY", reply_to=reply_to))
    assert isinstance(ref, Ref)
    return ref


def change(table: Any, *, after_s: int = DAY_S, **fields: Any) -> FrequencyChange:
    name_khz, sector = first(table.memorandum)
    made: dict[str, Any] = {
        "what": "change",
        "channel_khz": name_khz,
        "new_khz": None,
        "tone_dhz": None,
        "sector": sector,
        "effective_ms": table.now_ms + after_s * 1000,
        "fall_back_khz": 121_500,
    }
    return FrequencyChange(**{**made, **fields})


def order(table: Any, party: PartyId, body: Body, code: str = "FRQ") -> Reply:
    (reply,) = table.give(
        party,
        SayNow(
            at_ms=UtcMs(table.now_ms),
            code=code,
            body=body,
            to=(),
            precedence=None,
            reply_to=None,
            exercise=False,
        ),
    )
    assert isinstance(reply, Reply)
    return reply


def understand(table: Any, party: PartyId, ref: Ref) -> None:
    (reply,) = table.give(
        party, Acknowledge(at_ms=UtcMs(table.now_ms), ref=ref, level="understood", passed_to=None)
    )
    assert reply.ok, reply


def statuses(table: Any) -> dict[str, list[str]]:
    return {party: [one.status for one in radio.plan(table.states[party]).changes] for party in PARTIES}


def all_have(words: list[str]) -> dict[str, list[str]]:
    return {party: [*words] for party in PARTIES}


def checked(table: Any, how: str = "air_air", **fields: Any) -> RadioCheck:
    name_khz, sector = first(table.memorandum)
    made: dict[str, Any] = {
        "channel_khz": name_khz,
        "sector": sector,
        "caller": "ALFA/combat",
        "called": "BRAVO/combat",
        "how": how,
        "readability": 4,
        "at_ms": table.now_ms,
    }
    return RadioCheck(**{**made, **fields})


def proof(state: State) -> str:
    plan = radio.plan(state)
    sector = first(state.memorandum)[1]
    band = next(one for one in bands_of(plan.memorandum) if plan.memorandum.sector[one.sector].id == sector)
    return pair_proof(
        plan.memorandum,
        band,
        ("ALFA/combat", "BRAVO/combat"),
        state.radio_proofs,
        now_ms=state.now_ms,
        ended_ms=plan.ended_ms,
    ).state


def proofs(table: Any) -> set[str]:
    return {proof(state) for state in table.states.values()}


def later(table: Any, seconds: int) -> None:
    """A moment much later, without a tick for each second."""
    table.now_ms += (seconds - 1) * 1000
    table.run(1)


def test_tone_change_2008(table: Any) -> None:
    """What cuts a class off is not said; without every acknowledgement the old record stands; then it changes.

    Casebook: given FRQ at t=0 for 86400, BRAVO U 600, CHARLIE none: not effective. CHARLIE U, the class able, and a
    new time: effective, both channels watched in the window, pairs UNTESTED until RCK.
    """
    name_khz, sector = first(table.memorandum)
    refused = order(table, ALFA, change(table, tone_dhz=1109))
    assert (refused.ok, refused.code) == (False, "plan_invalid")
    assert "ALFA/combat cannot send a tone" in refused.message
    assert table.codes("ALFA") == []

    # Once said all the same, by another program perhaps, it is in force for nobody, whoever acknowledges it.
    said = say(table, ALFA, "FRQ", change(table, tone_dhz=1109))
    for party in (BRAVO, CHARLIE):
        understand(table, party, said)
    assert statuses(table) == all_have(["refused"])
    assert any("cannot send a tone" in line for line in table.log[BRAVO])
    assert any("IS NOT IN FORCE" in line for line in views.warnings(table.states[CHARLIE]))

    # With radios that can, and one party silent: overdue after 300 s, and at its time the old record stands.
    able = tuple(msgspec.structs.replace(one, tones=True) for one in table.memorandum.class_)
    table.memorandum = msgspec.structs.replace(table.memorandum, class_=able)
    table.sit(*PARTIES)
    say(table, ALFA, "RCK", checked(table))
    assert proofs(table) == {"proven"}
    said = say(table, ALFA, "FRQ", change(table, tone_dhz=1109))
    later(table, 600)
    understand(table, BRAVO, said)
    assert statuses(table) == all_have(["waiting"])
    rows = [row for row in views.owed(table.states[ALFA]) if row["code"] == "FRQ"]
    assert [(row["owed_by"], row["seconds_left"] < 0) for row in rows] == [("CHARLIE", True)]
    later(table, DAY_S)
    assert statuses(table) == all_have(["lapsed"])
    assert {radio.plan(one).memorandum.channel[0].tone_hz for one in table.states.values()} == {None}
    assert any("CHARLIE had not acknowledged it" in line for line in views.warnings(table.states[BRAVO]))

    # Too late is too late, for every node alike.
    understand(table, CHARLIE, said)
    assert statuses(table) == all_have(["lapsed"])

    # A new time, and all in time.
    again = say(table, ALFA, "FRQ", change(table, tone_dhz=1109, after_s=600))
    for party in (BRAVO, CHARLIE):
        understand(table, party, again)
    assert statuses(table) == all_have(["lapsed", "agreed"])
    assert proofs(table) == {"proven"}
    later(table, 600)
    assert statuses(table) == all_have(["lapsed", "window"])
    assert any(line.startswith("WATCH ") for line in views.warnings(table.states[CHARLIE]))
    for state in table.states.values():
        tones = [one.tone_hz for one in radio.plan(state).memorandum.channel if one.name_khz == name_khz]
        assert str(tones[0]) == "110.9"
    assert proofs(table) == {"never"}
    say(table, BRAVO, "RCK", checked(table))
    assert proofs(table) == {"proven"}
    later(table, table.memorandum.frequencies.change_window_s)
    assert statuses(table) == all_have(["lapsed", "in_force"])
    assert sector


def test_an_acknowledgement_may_be_here_before_the_change_that_it_names(table: Any) -> None:
    """CHARLIE's journal reached BRAVO, ALFA's had not: the word is kept, and no longer than it is needed."""
    body = change(table, new_khz=None, tone_dhz=0)
    table.is_cut = True
    said = say(table, ALFA, "FRQ", body)
    _, ref, statement = table.late.pop(0)
    heard = table.states[BRAVO]
    table.is_cut = False
    table.late = []
    table.give(CHARLIE, Heard(at_ms=UtcMs(table.now_ms), party=ALFA, ref=ref, statement=statement))
    table.is_cut = True
    understand(table, CHARLIE, said)
    (_, its_ref, its_statement) = table.late[-1]
    table.give(BRAVO, Heard(at_ms=UtcMs(table.now_ms), party=CHARLIE, ref=its_ref, statement=its_statement))
    assert list(table.states[BRAVO].acknowledged_ahead) == [said]
    table.give(BRAVO, Heard(at_ms=UtcMs(table.now_ms), party=ALFA, ref=ref, statement=statement))
    assert table.states[BRAVO].acknowledged_ahead == {}
    assert "CHARLIE" in table.states[BRAVO].channel_changes[said].understood_ms
    assert heard.channel_changes == {}


def test_only_a_check_of_its_author_with_a_known_end_proves_anything(table: Any) -> None:
    say(table, CHARLIE, "RCK", checked(table))
    say(table, ALFA, "RCK", checked(table, called="BRAVO/balloon"))
    say(table, ALFA, "RCK", checked(table, readability=0))
    say(table, ALFA, "RCK", checked(table, called="ALFA/combat"))
    assert proofs(table) == {"never"}
    say(table, ALFA, "RCK", checked(table, readability=2))
    assert proofs(table) == {"never"}
    say(table, BRAVO, "RCK", checked(table))
    assert proofs(table) == {"proven"}


def test_air_ground_on_both_sides_is_relayed_and_ages(table: Any) -> None:
    say(table, ALFA, "RCK", checked(table, "air_ground", called="alfa.air"))
    assert proofs(table) == {"never"}
    say(table, BRAVO, "RCK", checked(table, "air_ground", caller="bravo.air"))
    assert proofs(table) == {"relayed"}
    later(table, 8 * DAY_S)
    assert proofs(table) == {"never"}
    say(table, ALFA, "RCK", checked(table))
    later(table, 8 * DAY_S)
    assert proofs(table) == {"aged"}


def test_a_failure_counts_at_once_and_until_a_check_is_good(table: Any) -> None:
    name_khz, sector = first(table.memorandum)
    say(table, BRAVO, "FRQ", change(table, what="failure", after_s=0))
    assert {str(dict(radio.plan(one).out_khz)) for one in table.states.values()} == {
        str({sector: {name_khz: 121_500}})
    }
    assert any("FAILURE" in line for line in views.warnings(table.states[ALFA]))
    later(table, 60)
    say(table, BRAVO, "RCK", checked(table))
    assert all(radio.plan(one).out_khz == {} for one in table.states.values())


def test_a_change_needs_a_time_at_which_all_can_have_acknowledged_it(table: Any) -> None:
    told = order(table, ALFA, change(table, new_khz=130_500, after_s=0))
    assert (told.ok, told.code) == (False, "too_soon")
    told = order(table, ALFA, change(table, new_khz=130_020))
    assert (told.ok, told.code) == (False, "plan_invalid")
    assert "The nearest are 130015 or 130025" in told.message
    assert order(table, ALFA, change(table, new_khz=130_500)).ok


def test_a_check_on_the_new_name_can_be_said_as_soon_as_it_is_in_force_and_on_the_old_one_too(
    table: Any,
) -> None:
    """Both are watched in the window."""
    name_khz, _ = first(table.memorandum)
    said = say(table, ALFA, "FRQ", change(table, new_khz=130_500, after_s=600))
    for party in (BRAVO, CHARLIE):
        understand(table, party, said)
    assert not order(table, ALFA, checked(table, channel_khz=130_500), "RCK").ok
    later(table, 600)
    assert order(table, ALFA, checked(table, channel_khz=130_500), "RCK").ok
    assert order(table, ALFA, checked(table, channel_khz=name_khz), "RCK").ok
    assert {proof(table.states[party]) for party in (ALFA, BRAVO)} == {"proven"}


def test_a_restart_and_a_snapshot_keep_what_was_said_of_radios(table: Any) -> None:
    say(table, ALFA, "RCK", checked(table))
    said = say(table, ALFA, "FRQ", change(table, new_khz=130_500, after_s=600))
    for party in (BRAVO, CHARLIE):
        understand(table, party, said)
    later(table, 600)
    before = table.states[BRAVO]
    blank = State(me=BRAVO, memorandum=before.memorandum, identity=before.identity, now_ms=UtcMs(0))
    again = thaw(freeze(before), blank)
    assert again is not None
    assert radio.plan(again) == radio.plan(before)
    table.restart("BRAVO")
    assert table.states[BRAVO].channel_changes == before.channel_changes
    assert table.states[BRAVO].radio_proofs == before.radio_proofs


def test_a_face_gets_what_it_needs_to_compute_the_plan_itself(table: Any) -> None:
    say(table, ALFA, "RCK", checked(table))
    say(table, ALFA, "FRQ", change(table, new_khz=130_500))
    told = msgspec.json.decode(msgspec.json.encode(views.radios(table.states[BRAVO])))
    state = table.states[BRAVO]
    assert changes_of(told) == tuple(state.channel_changes.values())
    assert proofs_of(told) == tuple(state.radio_proofs.values())
    assert told["states"][0]["missing"] == ["BRAVO", "CHARLIE"]
    assert PostId("bravo.air")
