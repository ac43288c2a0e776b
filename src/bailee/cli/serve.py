"""``bailee serve``: the web, and one worker beside it in the same process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

from typer import Option

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def serve(
    policy: options.PolicyFolder = Path(),
    *,
    host: Annotated[str, Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Option("--port", help="The port to listen on.")] = 8080,
    json: Annotated[bool, Option("--json", help="Log lines of JSON.")] = False,
) -> int:
    """Serve the web, with one worker beside it in this process: all that a small firm needs.

    It speaks HTTP: put a proxy that speaks HTTPS in front of it, on this machine, that sets X-Forwarded-For and
    X-Forwarded-Proto. SIGTERM ends it after the current step, and within ten seconds.
    """
    from bailee.jobs.process import stop_when_told, write_log_lines
    from bailee.requests.startup import open_worker_context
    from bailee.web import server, wsgi

    write_log_lines(as_json=json)
    with open_worker_context(policy) as desk:
        from bailee.jobs.worker import work

        application = wsgi.make_application(desk.context)
        try:
            serving = server.listen(application, host, port)
        except OSError as error:
            message = f"nothing can listen on {host}:{port}: {error.strerror or 'unknown'}"
            raise CommandError(
                CommandProblem(Exit.SYSTEM, "port", message, "name another with --host and --port")
            ) from None
        worker = threading.Thread(target=work, args=(desk,), name="worker", daemon=True)
        worker.start()
        stop_when_told(desk, also=True)
        try:
            serving.run()  # until SystemExit, which it swallows
        finally:
            desk.stop.set()
            worker.join()
            serving.close()
    return Exit.DONE
