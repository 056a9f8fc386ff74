"""What a memorandum says of voice becomes the net."""

from __future__ import annotations

from detente.exercise.parties import agreement_from_seed
from detente.voice.net import NetTerms, channels_of, terms_of


def test_the_template_has_a_net_for_each_channel_with_its_owner() -> None:
    agreement, _ = agreement_from_seed("fires-2020", seed=2)
    assert terms_of(agreement.memorandum) == NetTerms(recorded=True, talk_max_s=45, voice_days=90)
    channels = channels_of(agreement.memorandum)
    assert {khz: one.owner for khz, one in channels.items()} == {
        123_975: "SIERRA",
        122_925: "COAST",
        135_475: "SIERRA",
        127_450: "COAST",
        132_675: "SIERRA",
        134_725: "COAST",
        121_500: "SIERRA",
    }
    assert channels[121_500].sectors == ("NORTH", "CENTRE", "SOUTH")


def test_a_memorandum_without_the_table_has_no_net() -> None:
    agreement, _ = agreement_from_seed("neighbours-2030", seed=2)
    assert terms_of(agreement.memorandum) is None
