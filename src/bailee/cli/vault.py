"""``bailee vault``: where the master key stands, its epochs, its recovery from paper, and secrets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.store.recovery import RecoveryStatus, Shares
    from bailee.store.sealed_store import Store

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

Name = Annotated[str, Argument(metavar="NAME", help="As in vault:NAME.", show_default=False)]

_A_LINE = 3
"""Words of a share in one line of print."""


def status(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """Say where the master key stands, which epochs it has, and whether its recovery has been rehearsed."""
    from bailee.store.recovery import read_recovery_status

    stands = read_recovery_status(_state(policy))
    wants = list(_wants(stands))
    if json:
        keys = {str(epoch): count for epoch, count in stands.keys.items()}
        show_json({**asdict(stands), "keys": keys, "is_rotating": stands.is_rotating, "to_do": wants})
    else:
        show(_page(stands, wants))
    return Exit.LOOK if wants else Exit.DONE


def rotate(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """Begin a new epoch of the master key, wrap all data keys again, and forget the epochs before.

    One that was cut short goes on. From then on the recovery must be rehearsed again.
    """
    from bailee.store import recovery

    epoch, sealed, is_over = recovery.rotate_master(_state(policy))
    if json:
        show_json({"epoch": epoch, "sealed_anew": sealed, "older_epochs_gone": is_over})
        return Exit.DONE
    typer.echo(f"the master key is in epoch {epoch}, and wraps every data key")
    if sealed:
        typer.echo(f"{counted(sealed, 'thing')} from before there was a vault: sealed again")
    if not is_over:
        typer.echo("older epochs still open older copies: take them away where the master key is")
    typer.echo("next: bailee vault recovery print")
    return Exit.DONE


def adopt(
    old: Annotated[str, Argument(metavar="OLD", help="Where the master key was: file:PATH, env:NAME or transit:URL.")],
    policy: options.PolicyFolder = Path(),
) -> int:
    """Take over from another master key, after vault: in the policy has been changed to the new one."""
    from bailee.store import recovery

    count = recovery.adopt_master(_state(policy), old)
    typer.echo(f"{counted(count, 'data key')} wrapped by the policy's master key")
    typer.echo("destroy the old one; next: bailee vault recovery print")
    return Exit.DONE


# --- recovery ------------------------------------------------------------------------------------------------


def print_(policy: options.PolicyFolder = Path()) -> int:
    """Print the master key as two shares in words (SLIP-39). Both are needed; one alone tells nothing.

    Send it to a printer: bailee vault recovery print | lp. Put the shares in two places, then rehearse.
    """
    from bailee.policy import load
    from bailee.store.recovery import print_shares

    shares = print_shares(_state(policy))
    firm = load(policy, public=False).firm.name
    for page in range(len(shares.words)):
        if page:
            typer.echo("" if sys.stdout.isatty() else "\f", nl=sys.stdout.isatty())
        typer.echo("\n".join(_share(shares, page, firm)))
    return Exit.DONE


def rehearse(policy: options.PolicyFolder = Path()) -> int:
    """Read both shares from standard input and prove that they give the master key back; nothing is written.

    Type the words off the paper, in any case and on as many lines as you like; end with Ctrl-D.
    """
    from bailee.store import recovery

    count = recovery.rehearse_recovery(_state(policy), _typed_in(), datetime.now(UTC).replace(microsecond=0))
    typer.echo(f"rehearsed: the shares open {counted(count, 'data key')}, all that there are")
    return Exit.DONE


def restore(policy: options.PolicyFolder = Path()) -> int:
    """Write a lost key file anew from both shares, on standard input, once they are seen to open the books."""
    from bailee.store import recovery

    count = recovery.restore_key(_state(policy), _typed_in())
    typer.echo(f"restored: the key file opens {counted(count, 'data key')}, all that there are")
    return Exit.DONE


# --- secrets -------------------------------------------------------------------------------------------------


def put(name: Name, policy: options.PolicyFolder = Path()) -> int:
    """Put a secret into the vault: an address with its password, or a password. It is read from standard input."""
    from bailee.store import secrets

    if sys.stdin.isatty():
        text = typer.prompt("secret", hide_input=True, confirmation_prompt="again", err=True)
    else:
        text = sys.stdin.read()
    secrets.put_secret(_state(policy), name, text.strip("\r\n"))
    typer.echo(f"kept: write vault:{name} in the policy")
    return Exit.DONE


def list_(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """List the names of the secrets in the vault."""
    from bailee.store import secrets

    names = list(secrets.list_secrets(_state(policy)))
    if json:
        show_json(names)
    else:
        show(map(Line, names))
    return Exit.DONE


def remove(name: Name, policy: options.PolicyFolder = Path()) -> int:
    """Shred a secret: its key is destroyed, and with it whatever copies of it there are."""
    from bailee.store import secrets

    secrets.remove_secret(_state(policy), name)
    typer.echo(f"shredded: {name}")
    return Exit.DONE


def _state(folder: Path) -> Store:
    from bailee.engine.addresses import locate_store
    from bailee.policy import load

    return locate_store(load(folder, public=False), folder)


def _typed_in() -> str:
    if sys.stdin.isatty():
        typer.echo("type the words of both shares, then Ctrl-D:", err=True)
    return sys.stdin.read()


def _share(shares: Shares, page: int, firm: str) -> Iterator[str]:
    words = shares.words[page].split()
    yield f"Recovery share {page + 1} of {len(shares.words)}"
    yield f"{firm}, master key of Bailee, epoch {shares.epoch}, {shares.fingerprint}"
    yield ""
    for start in range(0, len(words), _A_LINE):
        line = (f"{n + 1:>4} {words[n]:<12}" for n in range(start, min(start + _A_LINE, len(words))))
        yield "".join(line).rstrip()
    yield ""
    yield "Worth nothing without the other share, and everything with it: keep them in two places."


def _page(stands: RecoveryStatus, wants: list[str]) -> Iterator[Line]:
    yield Line(f"master key: {stands.master}", style="bold")
    yield Line(
        f"epoch {stands.epoch}", tuple(Line(f"wraps {_keys(n, e, stands.epoch)}") for e, n in stands.keys.items())
    )
    yield Line(counted(stands.secrets, "secret"))
    when = stands.rehearsed or ("no" if stands.needs_rehearsal else "its key service sees to that")
    yield Line(f"recovery rehearsed: {when}")
    for want in wants:
        yield Line(f"to do: {want}", style="bold yellow")


def _keys(count: int, epoch: int, newest: int) -> str:
    return f"{counted(count, 'data key')}" + (f" still in epoch {epoch}" if epoch != newest else "")


def _wants(stands: RecoveryStatus) -> Iterator[str]:
    if stands.is_beside:
        yield "the master key lies beside what it seals: move it, and write vault: file:PATH in bailee.yaml"
    if stands.is_rotating:
        yield "a rotation was cut short: bailee vault rotate"
    if stands.unsealed:
        yield f"{counted(stands.unsealed, 'thing')} sealed before there was a vault: bailee vault rotate"
    if stands.needs_rehearsal:
        yield "no recovery of this epoch has been rehearsed: bailee vault recovery print"
