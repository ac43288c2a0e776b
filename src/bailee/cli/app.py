"""The commands put together, and run so that nothing that goes wrong repeats anybody's values."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from copy import copy as copy_of
from functools import cache
from typing import Any

import typer

from bailee.cli import (
    apply,
    check,
    clock,
    confirm,
    connect,
    copy,
    demo,
    disclosure,
    doctor,
    drift,
    find,
    grants,
    hold,
    import_,
    init,
    ledger,
    letters,
    mapping,
    notice,
    notice_import,
    plan,
    receipt,
    request,
    schema,
    serve,
    staff,
    unsubscribe_link,
    vault,
    worker,
)
from bailee.cli.exits import EPILOG, CommandProblem, Exit, explain, report

app = typer.Typer(
    name="bailee",
    help="Find what a firm holds about a person, hand it out, correct it, and erase it.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,  # Rich would be loaded for --help alone
    pretty_exceptions_enable=False,  # its tracebacks print local variables: other people's data
    add_completion=False,
)
app.command("init", epilog=EPILOG)(init.init)
app.command("connect", epilog=EPILOG)(connect.connect)
app.command("map", epilog=EPILOG)(mapping.map_)
app.command("grants", epilog=EPILOG)(grants.grants)
app.command("drift", epilog=EPILOG)(drift.drift)
imports = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Bring other tools' maps over.")
imports.command("fides", epilog=EPILOG)(import_.fides)
app.add_typer(imports, name="import")
app.command("find", epilog=EPILOG)(find.find)
app.command("copy", epilog=EPILOG)(copy.copy)
plans = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Plan a change; nothing is changed yet."
)
plans.command("erase", epilog=EPILOG)(plan.erase)
plans.command("correct", epilog=EPILOG)(plan.correct)
plans.command("object", epilog=EPILOG)(plan.object_)
plans.command("release", epilog=EPILOG)(plan.release)
plans.command("retain", epilog=EPILOG)(plan.retain)
app.add_typer(plans, name="plan")
app.command("apply", epilog=EPILOG)(apply.apply)
ledgers = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="The ledger of what was done.")
ledgers.command("verify", epilog=EPILOG)(ledger.verify)
app.add_typer(ledgers, name="ledger")
receipts = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Receipts out of a ledger.")
receipts.command("verify", epilog=EPILOG)(receipt.verify)
app.add_typer(receipts, name="receipt")
app.add_typer(request.group(), name="request")
holds = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Holds placed by hand.")
holds.command("place", epilog=EPILOG)(hold.place)
holds.command("lift", epilog=EPILOG)(hold.lift)
holds.command("list", epilog=EPILOG)(hold.list_)
app.add_typer(holds, name="hold")
disclosures = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="What was disclosed, and to whom."
)
disclosures.command("record", epilog=EPILOG)(disclosure.record)
app.add_typer(disclosures, name="disclosure")
authorisations = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="A person's leave to make something known."
)
authorisations.command("record", epilog=EPILOG)(disclosure.authorise)
app.add_typer(authorisations, name="authorisation")
app.command("suppressed", epilog=EPILOG)(hold.suppressed)
app.command("unsubscribe-link", epilog=EPILOG)(unsubscribe_link.unsubscribe_link)
app.command("clock", epilog=EPILOG)(clock.clock)
notices = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=EPILOG,
    help="The notice: start from the words that you publish, see what they rest on, build the page.",
)
notices.command("import", epilog=EPILOG)(notice_import.import_)
notices.command("coverage", epilog=EPILOG)(notice.coverage)
notices.command("build", epilog=EPILOG)(notice.build)
app.add_typer(notices, name="notice")
vaults = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="The master key, and secrets.")
vaults.command("status", epilog=EPILOG)(vault.status)
vaults.command("rotate", epilog=EPILOG)(vault.rotate)
vaults.command("adopt", epilog=EPILOG)(vault.adopt)
recoveries = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="The master key on paper, as two shares."
)
recoveries.command("print", epilog=EPILOG)(vault.print_)
recoveries.command("rehearse", epilog=EPILOG)(vault.rehearse)
recoveries.command("restore", epilog=EPILOG)(vault.restore)
vaults.add_typer(recoveries, name="recovery")
secret = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Secrets that the policy names as vault:NAME."
)
secret.command("put", epilog=EPILOG)(vault.put)
secret.command("list", epilog=EPILOG)(vault.list_)
secret.command("remove", epilog=EPILOG)(vault.remove)
vaults.add_typer(secret, name="secret")
app.add_typer(vaults, name="vault")
members = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Who works here, and tokens for their programs."
)
members.command("add", epilog=EPILOG)(staff.add)
members.command("list", epilog=EPILOG)(staff.list_)
members.command("link", epilog=EPILOG)(staff.link)
members.command("leave", epilog=EPILOG)(staff.leave)
members.command("token", epilog=EPILOG)(staff.token)
app.add_typer(members, name="staff")
post = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="Letters that have not gone yet, and paper."
)
post.command("list", epilog=EPILOG)(letters.list_)
post.command("print", epilog=EPILOG)(letters.print_)
post.command("sent", epilog=EPILOG)(letters.sent)
post.command("returned", epilog=EPILOG)(letters.returned)
post.command("again", epilog=EPILOG)(letters.again)
app.add_typer(post, name="letters")
confirms = typer.Typer(no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG, help="What only a person can know.")
confirms.command("clock", epilog=EPILOG)(confirm.clock)
confirms.command("books", epilog=EPILOG)(confirm.books)
app.add_typer(confirms, name="confirm")
app.command("worker", epilog=EPILOG)(worker.worker)
app.command("serve", epilog=EPILOG)(serve.serve)
app.command("doctor", epilog=EPILOG)(doctor.doctor)
app.command("check", epilog=EPILOG)(check.check)
app.command("schema", epilog=EPILOG)(schema.schema)
app.command("demo", epilog=EPILOG)(demo.demo)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code. Whatever is raised ends in words on standard error."""
    as_json = "--json" in arguments
    try:
        code = _commands(*arguments[:1]).main(list(arguments), prog_name="bailee", standalone_mode=False, obj=run)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _wrong_use(error, as_json=as_json)
    except SystemExit:
        return Exit.HUNG_UP  # Typer leaves so when whoever reads the output has gone
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter complains as it ends
        return Exit.HUNG_UP
    except Exception as error:  # noqa: BLE001 - the last place where a traceback with somebody's values can be kept in
        return report(explain(error), as_json=as_json)
    return int(code or Exit.DONE)


@cache
def _commands(first: str = "") -> Any:
    """Return the commands; where ``first`` names one of them, it alone: to make them all takes as long as a search."""
    alone = copy_of(app)
    alone.registered_commands = [one for one in app.registered_commands if one.name == first]
    alone.registered_groups = [one for one in app.registered_groups if one.name == first]
    if first == "request":
        return _with_acts(alone)
    known = alone.registered_commands or alone.registered_groups
    return typer.main.get_group(alone if known else app)


def every_command() -> Any:
    """Return all commands, those of acts among them: what documents and tests read."""
    return _with_acts(copy_of(app))


def _with_acts(alone: typer.Typer) -> Any:
    alone.registered_groups = [one for one in alone.registered_groups if one.name != "request"]
    alone.add_typer(request.commands(), name="request")
    return typer.main.get_group(alone)


def _wrong_use(error: Any, *, as_json: bool) -> int:
    if as_json:
        return report(CommandProblem(Exit.USAGE, "usage", error.format_message(), "bailee --help"), as_json=True)
    error.show()
    return Exit.USAGE
