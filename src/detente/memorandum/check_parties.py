"""Checks on who is in a memorandum: identity, duration, annexes, parties, members, posts, paths, ladder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from detente.crypto.card import is_name
from detente.memorandum.hours import first_gap, staffed_minutes
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_POST = re.compile(r"[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*", re.ASCII)
_PERSON = re.compile(
    r"\b(Mr|Mrs|Ms|Dr|Gen|Col|Maj|Capt|Lt|Sgt|General|Colonel|Major|Captain|Lieutenant)\b\.?", re.IGNORECASE
)
PLACEHOLDER = "0" * 64


def ids_are_usable(memorandum: Memorandum) -> Iterator[Problem]:
    """Ids of the memorandum and its parties stand in journal origins and file names."""
    if not is_name(memorandum.memorandum.id):
        yield _problem(
            "memorandum.id", "This id cannot stand in a journal's name.", "Use letters, digits, . _ -"
        )
    for index, party in enumerate(memorandum.party):
        if not is_name(party.id):
            yield _problem(
                f"party[{index}].id",
                "This id cannot stand in a journal's name.",
                "Use letters, digits, . _ -",
            )


def ids_are_unique(memorandum: Memorandum) -> Iterator[Problem]:
    """Nothing is defined twice."""
    tables = {
        "annex": memorandum.annex,
        "party": memorandum.party,
        "member": memorandum.member,
        "post": memorandum.post,
        "path": memorandum.path,
        "sector": memorandum.sector,
        "reference_point": memorandum.reference_point,
        "boundary": memorandum.boundary,
        "special_area": memorandum.special_area,
        "class": memorandum.class_,
        "channel": memorandum.channel,
        "permission": memorandum.permission,
    }
    for table, rows in tables.items():
        seen: set[str] = set()
        for index, row in enumerate(rows):
            identity = getattr(row, "id")  # noqa: B009 - rows of different tables share only their id
            if identity in seen:
                yield _problem(
                    f"{table}[{index}].id", f"{identity} is defined twice.", "Rename or remove one of them."
                )
            seen.add(identity)


def text_is_hashed(memorandum: Memorandum) -> Iterator[Problem]:
    """The signed prose is named by its SHA-256."""
    if _DIGEST.fullmatch(memorandum.memorandum.text_sha256) is None:
        yield _problem(
            "memorandum.text_sha256", "This is no SHA-256.", "Write the 64 hexadecimal digits of the text."
        )


def authentic_languages_are_named(memorandum: Memorandum) -> Iterator[Problem]:
    """A text has at least one authentic language, none twice."""
    languages = memorandum.memorandum.authentic_languages
    if not languages or len(set(languages)) != len(languages):
        yield _problem(
            "memorandum.authentic_languages", "No language, or one twice.", "Name each language once."
        )


def duration_runs_forward(memorandum: Memorandum) -> Iterator[Problem]:
    """It ends after it begins, in times with a zone, and is reviewed."""
    duration = memorandum.duration
    if duration.in_force_from.tzinfo is None or duration.ends.tzinfo is None:
        yield _problem("duration", "A time has no zone.", "Write times like 2030-01-01T00:00:00Z.")
    elif duration.ends <= duration.in_force_from:
        yield _problem("duration.ends", "It ends before it begins.", "Put ends after in_force_from.")
    if duration.termination_notice_days < 0 or duration.review_months <= 0:
        yield _problem(
            "duration", "Notice or review is not a positive time.", "Give days and months above zero."
        )


def annexes_are_named_by_hash(memorandum: Memorandum) -> Iterator[Problem]:
    """An annex is one file beside the memorandum, named by the hash of its bytes."""
    for index, annex in enumerate(memorandum.annex):
        if _DIGEST.fullmatch(annex.sha256) is None:
            yield _problem(
                f"annex[{index}].sha256",
                "This is no SHA-256.",
                "Write the 64 hexadecimal digits of the file.",
            )
        if "/" in annex.file or "\\" in annex.file or annex.file.startswith("."):
            yield _problem(
                f"annex[{index}].file", "An annex lies beside the memorandum.", "Write a plain file name."
            )
        if annex.version < 1:
            yield _problem(f"annex[{index}].version", "Versions count from 1.", "Write 1 or more.")
    for file, count in Counter(annex.file for annex in memorandum.annex).items():
        if count > 1:
            yield _problem("annex", f"The file {file} is named {count} times.", "Name each annex once.")


def annexes_that_are_named_exist(memorandum: Memorandum) -> Iterator[Problem]:
    """What refers to an annex names one that is listed, or says that it stands inline."""
    known = {annex.id for annex in memorandum.annex}
    if memorandum.frequencies.annex not in known | {"inline"}:
        yield _problem(
            "frequencies.annex", f"No annex {memorandum.frequencies.annex!r}.", 'List it, or write "inline".'
        )
    texts = memorandum.line.test_texts.removeprefix("annex:")
    if texts not in known | {"inline"}:
        yield _problem("line.test_texts", f"No annex {texts!r}.", 'List it, or write "inline".')


def two_parties_agree(memorandum: Memorandum) -> Iterator[Problem]:
    """An agreement has at least two parties that fly; a convenor or observer does not count."""
    if sum(1 for party in memorandum.party if party.role == "party") < 2:
        yield _problem(
            "party", "Fewer than two parties agree.", 'Give two tables [[party]] with role = "party".'
        )


def root_keys_are_hashed(memorandum: Memorandum) -> Iterator[Problem]:
    """Each party has a root key of its own, named by its hash."""
    seen: set[str] = set()
    for index, party in enumerate(memorandum.party):
        digest = party.root_card_sha256
        if _DIGEST.fullmatch(digest) is None:
            yield _problem(
                f"party[{index}].root_card_sha256", "This is no SHA-256.", "Fill it in from the party's card."
            )
        elif digest != PLACEHOLDER and digest in seen:
            yield _problem(
                f"party[{index}].root_card_sha256",
                "Two parties have one root key.",
                "Each makes its own: detente init.",
            )
        seen.add(digest)


def nobody_is_named(memorandum: Memorandum) -> Iterator[Problem]:
    """Offices sign and posts are addressed, never persons: a person is away when the call comes."""
    for index, party in enumerate(memorandum.party):
        if _PERSON.search(party.signed_by_office):
            yield _problem(
                f"party[{index}].signed_by_office", "This looks like a person.", "Name the office that signs."
            )
    for index, post in enumerate(memorandum.post):
        if _POST.fullmatch(post.id) is None:
            yield _problem(
                f"post[{index}].id",
                f"{post.id!r} does not look like a desk.",
                "Write party.desk, for example alfa.air.",
            )


def members_are_bound(memorandum: Memorandum) -> Iterator[Problem]:
    """A member is bound through a party that exists, with classes that exist."""
    parties = {party.id for party in memorandum.party}
    classes = {one.id for one in memorandum.class_}
    for index, member in enumerate(memorandum.member):
        if member.party not in parties:
            yield _problem(f"member[{index}].party", f"There is no party {member.party}.", _one_of(parties))
        for name in member.classes:
            if name not in classes:
                yield _problem(f"member[{index}].classes", f"There is no class {name}.", _one_of(classes))


def posts_belong_to_parties(memorandum: Memorandum) -> Iterator[Problem]:
    """A post belongs to a party or a member, and somebody there speaks."""
    owners = {party.id for party in memorandum.party} | {member.id for member in memorandum.member}
    for index, post in enumerate(memorandum.post):
        if post.party not in owners:
            yield _problem(f"post[{index}].party", f"There is no party {post.party}.", _one_of(owners))
        if not post.languages:
            yield _problem(
                f"post[{index}].languages", "Nobody there speaks anything.", "Name at least one language."
            )


def post_hours_can_be_read(memorandum: Memorandum) -> Iterator[Problem]:
    """Hours are written so that a gap can be computed."""
    for index, post in enumerate(memorandum.post):
        if staffed_minutes(post.hours) is None:
            yield _problem(
                f"post[{index}].hours",
                f"{post.hours!r} cannot be read.",
                'Write "24/7" or "Mon-Fri 08:00-18:00, Sat 10:00-14:00" (UTC).',
            )


def ladder_is_staffed(memorandum: Memorandum) -> Iterator[Problem]:
    """Somebody on the ladder of each party is there at every minute of the week."""
    roles = {rung.role for rung in memorandum.line.ladder}
    for party in _flying(memorandum):
        on_ladder = [post for post in memorandum.post if post.party == party and post.role in roles]
        staffed = frozenset[int]().union(*(staffed_minutes(post.hours) or frozenset() for post in on_ladder))
        gap = first_gap(staffed)
        if gap is not None:
            yield _problem(
                "line.ladder",
                f"Nobody of {party} is on the ladder from {gap} UTC.",
                "Staff one of its posts 24/7.",
            )


def ladder_has_posts(memorandum: Memorandum) -> Iterator[Problem]:
    """Every rung is a post of every party; a ladder that ends nowhere wakes nobody."""
    for index, rung in enumerate(memorandum.line.ladder):
        for party in _flying(memorandum):
            if not any(post.party == party and post.role == rung.role for post in memorandum.post):
                yield _problem(
                    f"line.ladder[{index}].role",
                    f"{party} has no post with the role {rung.role}.",
                    f"Add a [[post]] of {party}.",
                )


def ladder_climbs(memorandum: Memorandum) -> Iterator[Problem]:
    """It starts at the air desk at once, climbs in time, and ends with somebody who may stop flights."""
    ladder = memorandum.line.ladder
    if not ladder or ladder[0].role != "air_desk" or ladder[0].after_s != 0:
        yield _problem(
            "line.ladder[0]",
            "The ladder does not start at the air desk at 0 s.",
            'Begin with role = "air_desk", after_s = 0.',
        )
    for index, (lower, upper) in enumerate(pairwise(ladder), start=1):
        if upper.after_s <= lower.after_s:
            yield _problem(
                f"line.ladder[{index}].after_s",
                "This rung is not rung after the one below it.",
                "Give it a later time.",
            )
    for party in _flying(memorandum):
        if not any(post.party == party and post.may_stop_own_flights for post in memorandum.post):
            yield _problem(
                "line.ladder",
                f"No post of {party} may stop its own flights.",
                "Set may_stop_own_flights on one of them.",
            )


def paths_join_posts(memorandum: Memorandum) -> Iterator[Problem]:
    """A path joins two posts of different parties; ranks between the same two are different."""
    owner = {post.id: post.party for post in memorandum.post}
    ranks: set[tuple[frozenset[str], int]] = set()
    for index, path in enumerate(memorandum.path):
        for name in path.posts:
            if name not in owner:
                yield _problem(f"path[{index}].posts", f"There is no post {name}.", _one_of(owner))
        one, other = path.posts
        if one in owner and other in owner and owner[one] == owner[other]:
            yield _problem(
                f"path[{index}].posts", "Both ends are of one party.", "Join posts of different parties."
            )
        key = (frozenset(path.posts), path.rank)
        if path.rank < 1 or key in ranks:
            yield _problem(
                f"path[{index}].rank",
                "This rank is taken or below 1.",
                "Rank the paths of a pair 1, 2, 3 ...",
            )
        ranks.add(key)


def two_routes_between_parties(memorandum: Memorandum) -> Iterator[Problem]:
    """Two paths that share a route fail together, so they count as one; one of them must be authenticated data."""
    owner = {post.id: post.party for post in memorandum.post}
    for one, other in combinations(_flying(memorandum), 2):
        between = [
            path for path in memorandum.path if {owner.get(name) for name in path.posts} == {one, other}
        ]
        routes = {path.route for path in between}
        if len(routes) < 2:
            yield _problem(
                "path",
                f"{one} and {other} are joined by {len(routes)} route(s).",
                "Add a path over a separate route.",
            )
        if not any(path.medium == "data" and path.authenticated for path in between):
            yield _problem(
                "path", f"{one} and {other} have no authenticated data path.", 'Add one with medium = "data".'
            )


def observers_can_be_reached(memorandum: Memorandum) -> Iterator[Problem]:
    """Who does not fly keeps no ladder, but has a post, and a data path to each party that flies: it cosigns."""
    owner = {post.id: post.party for post in memorandum.post}
    for index, party in enumerate(memorandum.party):
        if party.role == "party":
            continue
        if party.id not in owner.values():
            yield _problem(
                f"party[{index}]",
                f"{party.id} has no post: nothing can be addressed to it.",
                "Add a [[post]].",
            )
        for other in _flying(memorandum):
            if not any(
                path.medium == "data"
                and path.authenticated
                and {owner.get(name) for name in path.posts} == {party.id, other}
                for path in memorandum.path
            ):
                yield _problem(
                    f"party[{index}]",
                    f"{party.id} and {other} have no authenticated data path.",
                    'Add one with medium = "data".',
                )


def _flying(memorandum: Memorandum) -> list[str]:
    return [party.id for party in memorandum.party if party.role == "party"]


def _one_of(names: object) -> str:
    assert isinstance(names, (set, frozenset, dict))
    return f"Write one of {', '.join(sorted(map(str, names)))}."


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    ids_are_usable,
    ids_are_unique,
    text_is_hashed,
    authentic_languages_are_named,
    duration_runs_forward,
    annexes_are_named_by_hash,
    annexes_that_are_named_exist,
    two_parties_agree,
    root_keys_are_hashed,
    nobody_is_named,
    members_are_bound,
    posts_belong_to_parties,
    post_hours_can_be_read,
    ladder_is_staffed,
    ladder_has_posts,
    ladder_climbs,
    paths_join_posts,
    two_routes_between_parties,
    observers_can_be_reached,
)
