"""A page in one file: no script, no outside host, and nothing of a stranger's that a browser would act on.

Whatever is put into it is escaped here and nowhere else: callers give texts, never HTML. The policy in its head
forbids a browser to fetch or to run anything, should it be opened from a disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple, TypeAlias

from detente.line.language import plain


class Html(NamedTuple):
    """Markup that this file made."""

    markup: str


Content: TypeAlias = str | int | Html | None

_FIGURE_CHARS_MAX = 8

_STYLE = """
:root{color-scheme:light dark;--ink:#16202b;--soft:#5b6b7b;--line:#d7dee6;--page:#f6f8fa;--card:#fff;--bar:#2f6f9f;
--bad:#b3261e;--good:#2e7d4f}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa8b5;--line:#30404f;--page:#10171e;--card:#18222c;
--bar:#6aaedb;--bad:#ff8a80;--good:#7bd3a0}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:0 0 .4rem}
.lead,.note{color:var(--soft);margin:.2rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.4rem 0}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:.75rem;align-items:start}
.card{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.8rem 1rem}
.figure{font-size:1.7rem;font-variant-numeric:tabular-nums}.words{font-size:1rem}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;padding:.45rem .8rem;border-bottom:1px solid var(--line);vertical-align:top}
.card,th,td{overflow-wrap:anywhere}
tr:last-child td{border-bottom:0}th{font-weight:600;color:var(--soft);font-size:.85rem}
td.n{text-align:end;font-variant-numeric:tabular-nums}
meter{width:9rem;height:.7rem;accent-color:var(--bar)}
.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}
pre{white-space:pre-wrap;margin:.3rem 0 .8rem;font:inherit;unicode-bidi:plaintext}code{font-size:.85em}
@media print{body{background:#fff}.card,.wide{break-inside:avoid}}
"""


def page(*, title: str, lead: str, parts: Iterable[Html]) -> bytes:
    """A whole page from its parts."""
    head = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{text(title)}</title><style>{_STYLE}</style></head>\n<body><main>\n"
    )
    body = "\n".join(part.markup for part in parts)
    whole = f'{head}<h1>{text(title)}</h1>\n<p class="lead">{text(lead)}</p>\n{body}\n</main></body></html>\n'
    return whole.encode()


def text(content: Content) -> str:
    """A value as markup: a stranger's words are made plain and escaped; nothing stands as a dash."""
    if isinstance(content, Html):
        return content.markup
    return "–" if content is None or content == "" else escape(plain(str(content)), quote=True)


def heading(words: str) -> Html:
    """A heading inside a page."""
    return Html(f"<h2>{text(words)}</h2>")


def note(words: str) -> Html:
    """A line beside the figures."""
    return Html(f'<p class="note">{text(words)}</p>')


def cards(figures: Sequence[tuple[str, Content]]) -> Html:
    """Figures that are read first."""
    made = (
        f'<div class="card"><div class="{_size(figure)}">{text(figure)}</div>'
        f'<div class="note">{text(name)}</div></div>'
        for name, figure in figures
    )
    return Html(f'<div class="cards">{"".join(made)}</div>')


def table(headings: Sequence[str], rows: Sequence[Sequence[Content]], *, nothing: str = "None.") -> Html:
    """A table; numbers stand at the right."""
    if not rows:
        return note(nothing)
    head = "".join(f"<th>{text(one) if one else ''}</th>" for one in headings)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return Html(f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')


def meter(value: int, *, most: int) -> Html:
    """A bar beside a number."""
    return Html(f'<meter min="0" max="{max(most, 1)}" value="{value}"></meter>')


def marked(words: str, *, is_good: bool) -> Html:
    """Words that say that something is well or not."""
    return Html(f'<span class="{"good" if is_good else "bad"}">{text(words)}</span>')


def code(words: str) -> Html:
    """A name or a hash in fixed type."""
    return Html(f"<code>{text(words)}</code>")


def sides(columns: Sequence[tuple[str, Sequence[Html]]]) -> Html:
    """Columns of equal weight beside each other."""
    made = (
        f'<section class="card"><h3>{text(name)}</h3>{"".join(part.markup for part in parts)}</section>'
        for name, parts in columns
    )
    return Html(f'<div class="sides">{"".join(made)}</div>')


def words(lines: Iterable[str]) -> Html:
    """Lines as they were written, each in its own direction."""
    return Html(f'<pre dir="auto">{chr(10).join(text(line) for line in lines)}</pre>')


def _size(figure: Content) -> str:
    return "figure words" if isinstance(figure, str) and len(figure) > _FIGURE_CHARS_MAX else "figure"


def _cell(content: Content) -> str:
    return f'<td class="n">{content}</td>' if isinstance(content, int) else f"<td>{text(content)}</td>"
