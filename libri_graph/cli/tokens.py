"""`libri token`: who may write."""

from __future__ import annotations

from typing import Annotated

import typer

from libri_graph.access.tokens import Scope, Tokens
from libri_graph.cli.options import DataDir, settings_of

app = typer.Typer(help="Make, list and revoke the tokens that allow to write.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is for, such as portal; never a person's name.")],
    may: Annotated[Scope, typer.Option(help="What it allows.")],
    source: Annotated[str, typer.Option(help="Id of the only source that it may write.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it. It is stored hashed, so this is the only time that it can be read."""
    print(Tokens(settings_of(data_dir).data_dir).add(name, may, source))


@app.command("list")
def list_(data_dir: DataDir = None) -> None:
    """Show which tokens there are and what they allow."""
    for token in Tokens(settings_of(data_dir).data_dir).all():
        where = f" {token.source}" if token.source else ""
        ended = f", revoked {token.revoked}" if token.revoked else ""
        print(f"{token.name}  {token.may}{where}  made {token.created}{ended}")


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Name of the token.")],
    data_dir: DataDir = None,
) -> None:
    """Make a token good for nothing."""
    Tokens(settings_of(data_dir).data_dir).revoke(name)
    print(f"{name} is revoked")
