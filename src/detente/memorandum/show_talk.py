"""The articles of a memorandum about talking, in words: the line, incidents, suspension."""

from __future__ import annotations

from collections.abc import Iterable

from detente.memorandum.model import Memorandum
from detente.memorandum.show_radio import radio_paragraphs
from detente.memorandum.wording import duration_text, listed, table

CONDUCT_IN_WORDS = {
    "C01": "Aircraft keep a safe distance.",
    "C02": "Nobody simulates an attack.",
    "C03": "No aerobatics, and no crossing close ahead.",
    "C04": "No flares and no drops near others.",
    "C05": "Nobody hinders others in special areas.",
    "C06": "No laser without notice.",
    "C07": "Nobody interferes with control links, navigation or radio.",
    "C08": "Lights are shown at night.",
    "C09": "Calls on the common frequency are answered.",
    "C10": "Language stays courteous.",
    "C11": "Whoever joins or intercepts owes the separation.",
    "C12": "Contact comes before a crossing.",
}

Article = tuple[str, Iterable[str]]


def talk_articles(memorandum: Memorandum) -> list[Article]:
    """Names and paragraphs, in the order of the file."""
    return [
        ("Frequencies", radio_paragraphs(memorandum)),
        ("The line", _line(memorandum)),
        ("Languages and permissions", _languages(memorandum)),
        ("Conduct", _conduct(memorandum)),
        ("Incidents", _incidents(memorandum)),
        ("Working group", _working_group(memorandum)),
        ("Suspension and its floor", _suspension(memorandum)),
        ("Voice", _voice(memorandum)),
        ("What is kept, and how long", _retention(memorandum)),
    ]


def _line(memorandum: Memorandum) -> Iterable[str]:
    line = memorandum.line
    yield table(
        ("path", "between", "medium", "route", "rank", "content trusted"),
        (
            (
                one.id,
                f"{one.posts[0]} and {one.posts[1]}",
                one.medium,
                one.route,
                one.rank,
                "yes" if one.authenticated else "only if signed or called back",
            )
            for one in memorandum.path
        ),
    )
    yield (
        f"Machines check every {duration_text(line.heartbeat_s)}: late after {duration_text(line.heartbeat_late_s)}, silent"
        f" after {duration_text(line.heartbeat_silent_s)}. People check every {duration_text(line.human_check_s)}: late"
        f" {duration_text(line.human_late_s)} after that, silent {duration_text(line.human_silent_s)} after. First caller:"
        f" {line.first_caller}. Test texts: {line.test_texts}."
    )
    yield (
        f"After a miss the own end is tested within {duration_text(line.self_test_within_s)} and all other paths within"
        f" {duration_text(line.other_paths_within_s)}. Clocks agree within {line.clock_tolerance_ms} ms. At most"
        f" {line.max_open_messages_per_peer} messages stay open with one party."
    )
    yield table(
        ("message", "delivered", "understood", "substance", "passed to crews"),
        (
            (
                one.of,
                *(
                    duration_text(seconds) or "not owed"
                    for seconds in (one.delivered_s, one.understood_s, one.substance_s, one.passed_s)
                ),
            )
            for one in line.answer
        ),
    )
    rungs = [
        f"{one.role} {'at once' if one.after_s == 0 else 'after ' + duration_text(one.after_s)}"
        f"{' with a prompt to use the radio' if one.radio_prompt else ''}"
        for one in line.ladder
    ]
    yield f"When nobody answers, the machines of both ends ring: {'; then '.join(rungs)}."


def _languages(memorandum: Memorandum) -> Iterable[str]:
    languages = memorandum.languages
    yield (
        f"On the line: {listed(languages.line)}. On the air: {languages.on_air}. Phrase card {languages.phrase_card}."
    )
    for one in memorandum.permission:
        yield (
            f"Permission **{one.id}**: {one.text}. It lapses when {listed(one.depends_on)} goes silent and returns after"
            f" {listed(one.restore_after)}."
        )


def _conduct(memorandum: Memorandum) -> Iterable[str]:
    yield "\n".join(f"- {code}: {CONDUCT_IN_WORDS.get(code, code)}" for code in memorandum.conduct.rules)


def _incidents(memorandum: Memorandum) -> Iterable[str]:
    rules = memorandum.incidents
    yield (
        f"One number, two statements. First report within {duration_text(rules.first_report_s)}, full statement within"
        f" {duration_text(rules.full_statement_s)}; evidence is kept {rules.evidence_days} days; reports within"
        f" {duration_text(rules.match_window_s)} of each other may be one incident; closed by {rules.close_by}. A receipt is"
        f" not an admission. Categories: {listed(rules.categories)}."
    )


def _working_group(memorandum: Memorandum) -> Iterable[str]:
    group = memorandum.working_group
    yield (
        f"It meets {'every month' if group.monthly else 'when called'} and"
        f" {'reviews every year' if group.yearly_review else 'has no yearly review'}; within"
        f" {duration_text(group.extraordinary_within_s)} after: {listed(group.triggers)}. Statistics {group.statistics}."
    )


def _suspension(memorandum: Memorandum) -> Iterable[str]:
    rules = memorandum.suspension
    yield (
        f"With {duration_text(rules.notice_s)} notice; scopes {listed(rules.scopes)}; reasons {listed(rules.reason_codes)}."
    )
    yield f"**No suspension removes** the messages {listed(rules.floor)} or the duties {listed(rules.floor_duties)}."


def _voice(memorandum: Memorandum) -> Iterable[str]:
    voice = memorandum.voice
    if voice is None:
        yield "No net between the posts is agreed: they talk by telephone and on the air."
        return
    kept = (
        "Every transmission is recorded by whoever hears it, and the talker's party states its hash in its journal."
        if voice.recorded
        else "**Speech is not recorded**, and every talk button says so."
    )
    yield (
        f"The posts talk on a net for each channel, and the channel's owner grants the floor to one at a time, for at most"
        f" {duration_text(voice.talk_max_s)}; an emergency breaks in. {kept}"
    )


def _retention(memorandum: Memorandum) -> Iterable[str]:
    kept = memorandum.retention
    yield (
        f"The log {kept.log_days} days; private plans, in the own copy only, {kept.private_plan_days} days; voice"
        f" {kept.voice_days} days."
    )
