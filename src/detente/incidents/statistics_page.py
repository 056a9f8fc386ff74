"""A count as a page for people: by category and article, how alerts were answered, and each incident."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.incidents.page import Content, Html, cards, code, heading, marked, meter, note, page, table
from detente.incidents.statistics import AlertCount, SideCount, Statistics
from detente.line.wording import named

EQUAL = "Both parties compute these figures from the same journals. A count says what was reported, not who is right."


def statistics_page(statistics: Statistics) -> bytes:
    """One HTML file."""
    return page(
        title=f"Incidents under {statistics.memorandum}",
        lead=f"{', '.join(statistics.parties)}; from {statistics.from_utc} to {statistics.until_utc}",
        parts=[*_parts(statistics)],
    )


def _parts(count: Statistics) -> Iterator[Html]:
    overdue = sum(one.overdue for one in count.alerts)
    yield cards(
        [
            ("incidents", count.incidents),
            ("reports", count.reports),
            ("open", count.open),
            ("closed", count.closed),
            ("alerts", sum(one.raised for one in count.alerts)),
            ("alerts never answered", marked(str(overdue), is_good=not overdue)),
        ]
    )
    yield note(EQUAL)
    if count.triggers:
        yield heading("The working group meets out of turn")
        yield table(
            ["because of", "incident", "since", "meets until"],
            [
                (
                    marked(one.trigger.replace("_", " "), is_good=False),
                    one.number,
                    one.at_utc,
                    one.meet_by_utc,
                )
                for one in count.triggers
            ],
        )
    yield heading("By category")
    most = max((one.incidents for one in count.by_category), default=0)
    yield table(
        ["category", "incidents", ""],
        [
            (_category(one.category), one.incidents, meter(one.incidents, most=most))
            for one in count.by_category
        ],
    )
    yield heading("By article")
    most = max((one.incidents for one in count.by_article), default=0)
    yield table(
        ["article", "", "incidents", "", "protests"],
        [
            (
                one.article,
                named("article", one.article),
                one.incidents,
                meter(one.incidents, most=most),
                one.protests,
            )
            for one in count.by_article
        ],
        nothing="The memorandum has no articles of conduct.",
    )
    yield heading("Alerts and their answers")
    yield table(
        ["by", "to", "raised", "in time", "late", "cleared", "never", "open", "median", "longest"],
        [_alerts(one) for one in count.alerts],
    )
    yield heading("Reports and statements")
    yield table(
        ["party", "reports", "late", "median delay", "longest", "statements", "late", "overdue", "protests"],
        [_side(one) for one in count.by_side],
    )
    if count.proximity:
        yield heading("Proximity, held against the agreed figures")
        yield table(
            ["report", "by", "classes", "as reported", "agreed figure", "counted as"],
            [
                (
                    code(one.number),
                    one.party,
                    f"{one.own_class}, {one.other_class}",
                    f"{one.lateral_m} m, {one.vertical_ft} ft",
                    "none agreed"
                    if one.figure_lateral_nm is None
                    else f"{one.figure_lateral_nm} NM, {one.figure_vertical_ft} ft",
                    _category(one.counted),
                )
                for one in count.proximity
            ],
        )
    yield heading("Each incident")
    yield table(
        ["number", "event", "sector", "reported by", "stated by", "categories", "articles", "state"],
        [
            (
                code(" = ".join((one.number, *one.also))),
                one.event_utc,
                ", ".join(one.sectors),
                ", ".join(one.reported_by),
                ", ".join(one.stated_by),
                ", ".join(map(_category, one.categories)),
                ", ".join(one.articles),
                one.state,
            )
            for one in count.rows
        ],
        nothing="No incident was reported.",
    )


def _alerts(one: AlertCount) -> Sequence[Content]:
    never = marked(str(one.overdue), is_good=not one.overdue)
    waits = (_seconds(one.answer_s_median), _seconds(one.answer_s_longest))
    return (one.by, one.to, one.raised, one.answered, one.answered_late, one.cleared, never, one.open, *waits)


def _side(one: SideCount) -> Sequence[Content]:
    overdue = marked(str(one.statements_overdue), is_good=not one.statements_overdue)
    return (
        one.party,
        one.reports,
        one.reports_late,
        _seconds(one.report_s_median),
        _seconds(one.report_s_longest),
        one.statements_in_time,
        one.statements_late,
        overdue,
        one.protests,
    )


def _category(name: str) -> str:
    words = {"not_checkable": "proximity, not checkable", "other": "other (not under the figure)"}
    return words.get(name) or named("category", name)


def _seconds(count_s: int | None) -> str:
    if count_s is None:
        return ""
    minutes, seconds = divmod(count_s, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02d} min"
        if hours
        else f"{minutes} min {seconds:02d} s"
        if minutes
        else f"{seconds} s"
    )
