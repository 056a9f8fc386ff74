"""Commands of a watch: take a post, hand it over, see who keeps which."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detente.adapters.home import open_home
from detente.cli.line_shown import show_watch
from detente.cli.ordering import give_order

app = typer.Typer(help="Who keeps which post.", no_args_is_help=True)

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder; its node must run.")]
PostOption = Annotated[str, typer.Option(help="The post, as the memorandum names it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]


@app.callback()
def _watch() -> None:
    """Who keeps which post."""


@app.command()
def take(
    home: HomeArgument,
    post: PostOption,
    languages: Annotated[
        str, typer.Option(help="What this watch speaks, for example en,fr; as agreed where left out.")
    ] = "",
    interpreter: Annotated[
        str | None, typer.Option(help="on_watch, on_call or none; as agreed where left out.")
    ] = None,
    roles: Annotated[
        str, typer.Option(help="What this watch serves as, for example air_desk,duty; else the post's role.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take the watch at a post: the peers are told, and every path is checked by hand."""
    told = give_order(
        open_home(home),
        "take_watch",
        post=post,
        languages=_listed(languages),
        interpreter=interpreter,
        roles=_listed(roles),
    )
    if as_json:
        print(json.dumps(told, indent=2))
        return
    print(told["message"])
    for check in told["checks"]:
        print(f"  {check['ref']}: over {check['path']} the other watch must get the text {check['text_id']}")


@app.command("hand-over")
def hand_over(home: HomeArgument, post: PostOption, as_json: AsJson = False) -> None:
    """Leave a post to the watch that has taken it; only when that watch's line check was answered."""
    told = give_order(open_home(home), "hand_over", post=post)
    print(json.dumps(told, indent=2) if as_json else f"{told['message']} It is {told['ref']}.")


@app.command()
def show(home: HomeArgument, as_json: AsJson = False) -> None:
    """Show who keeps which post, on both sides; posts that nobody keeps first."""
    told = give_order(open_home(home), "watch")
    if as_json:
        print(json.dumps({"posts": told["posts"], "unkept": told["unkept"]}, indent=2))
        return
    show_watch(Console(highlight=False), told)


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
