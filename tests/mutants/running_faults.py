"""Faults of what runs for long, as soak and load runs found them: wrong clocks, restores, hung systems, visitors."""

from __future__ import annotations

from tests.mutants.fault import Fault

CLOCKS = "tests/harm/test_clocks.py"
DAYS = "tests/requests/identity/test_days_that_a_clock_ahead_has_set.py"
SIGN_IN = "tests/web/accounts/test_signing_in.py"
STARTS = "tests/harm/test_times_that_a_wrong_clock_starts.py"
HUNG = "tests/web/test_hung_system.py"

RUNNING = (
    Fault(
        "a clock that was ahead keeps people from the forms until that time comes",
        "web/limits.py",
        "return full_at if full_at - now <= limit.seconds else 0.0",
        "return full_at",
        (f"{CLOCKS}::test_a_clock_that_was_ahead_keeps_nobody_from_asking_once_it_is_right",),
    ),
    Fault(
        "requests that a clock ahead has counted count once it is right, too",
        "requests/limits.py",
        "at__gt=since, at__lte=ahead)",
        "at__gt=since)",
        (f"{CLOCKS}::test_requests_that_a_clock_ahead_has_counted_count_no_more_once_it_is_right",),
    ),
    Fault(
        "a mail server that failed by a clock ahead gets no letter before that time comes",
        "requests/letters/backoff.py",
        "tag=_tag(context), at__lte=ahead)",
        "tag=_tag(context))",
        (f"{CLOCKS}::test_a_mail_server_that_failed_by_a_clock_ahead_is_tried_once_the_clock_is_right",),
    ),
    Fault(
        "the doctor takes a slow answer of the books' server for a wrong clock",
        "views/doctor/machine.py",
        "max(before - there, there - after, timedelta())",
        "max(after - there, there - before, timedelta())",
        (f"{CLOCKS}::test_an_answer_of_the_books_that_takes_long_is_no_wrong_clock",),
    ),
    Fault(
        "a plan that a clock ahead has made stays in hand until that time comes",
        "engine/apply.py",
        "        if case.stage != PLANNED:\n            raise\n        raise Stale(",
        "        raise\n        raise Stale(",
        ("tests/jobs/test_acting.py::test_a_plan_that_a_clock_ahead_has_made_is_made_again_once_the_clock_is_right",),
    ),
    Fault(
        "calls that wait for a system take all threads of the server",
        "web/server.py",
        "THREADS = 4 + WAITING",
        "THREADS = WAITING",
        (f"{HUNG}::test_the_server_answers_pages_while_more_wait_for_a_system_than_it_has_threads",),
    ),
    Fault(
        "who finds no place to wait for an answer waits for a place",
        "web/answers.py",
        "if not _WAITS.acquire(blocking=False):",
        "if not _WAITS.acquire():",
        (f"{HUNG}::test_the_server_answers_pages_while_more_wait_for_a_system_than_it_has_threads",),
    ),
    Fault(
        "as many searches are made at once as are asked for",
        "web/answers.py",
        "not job.ready.is_set()) >= AT_ONCE:",
        "not job.ready.is_set()) >= 10 * AT_ONCE:",
        (f"{HUNG}::test_no_more_searches_are_made_at_once_than_may_wait",),
    ),
    Fault(
        "one address takes all connections of the server",
        "web/server.py",
        "if same >= PER_ADDRESS:",
        "if same >= CONNECTIONS:",
        ("tests/web/test_server.py::test_one_address_has_only_so_many_connections",),
    ),
    Fault(
        "a request may arrive a byte at a time for as long as it likes",
        "web/server.py",
        "and now - begun > ARRIVES and",
        "and now - begun > 1_000 * ARRIVES and",
        ("tests/web/test_server.py::test_a_request_that_arrives_byte_by_byte_is_closed",),
    ),
    Fault(
        "a link that was used opens its copy once more in books from a backup",
        "requests/copy_links.py",
        "sent_at > context.now + APART or is_over_since_restored(context.store, sent_at)",
        "sent_at > context.now + APART",
        ("tests/requests/identity/test_a_link_and_restored_books.py",),
    ),
    Fault(
        "staff start a time of the law by a clock that is wrong",
        "requests/roles.py",
        "if act in STARTS_A_TIME:",
        "if act in frozenset():",
        (f"{STARTS}::test_staff_start_no_time_by_a_clock_that_is_behind_the_books",),
    ),
    Fault(
        "a plan is approved before the time at which it was made",
        "requests/approval.py",
        "must_be_later(context.now, plan.made_at)",
        "must_be_later(plan.made_at, plan.made_at)",
        (f"{STARTS}::test_no_plan_is_approved_before_the_time_at_which_it_was_made",),
    ),
    Fault(
        "a worker plans by a clock that is wrong",
        "jobs/tasks.py",
        "if job.by_time or job.starts_a_time:",
        "if job.by_time:",
        (f"{STARTS}::test_a_worker_plans_only_once_the_clock_is_right",),
    ),
    Fault(
        "a receipt holds whatever its seal says",
        "ledger/receipt.py",
        "        if not verifier.holds(receipt.sealed, receipt.seal):\n",
        "        if not receipt.seal:\n",
        ("tests/ledger/test_recording.py",),
    ),
    Fault(
        "an older part of a tile is not looked at",
        "ledger/audit.py",
        "if width <= len(pieces)}",
        "if width == len(pieces)}",
        ("tests/ledger/test_log.py",),
    ),
    Fault(
        "wrong codes are counted by account alone",
        "web/accounts/forms.py",
        'there = f"{user.id} {place}"',
        'there = f"{user.id}"',
        ("tests/web/accounts/test_signing_in.py",),
    ),
    Fault(
        "a full server waits for room and makes none",
        "web/server.py",
        "    most.will_close = True\n",
        "    assert most\n",
        ("tests/web/test_server.py::test_half_open_connections_of_many_addresses_keep_nobody_waiting",),
    ),
    Fault(
        "connections are counted by address where IPv6 has networks",
        "web/server.py",
        "else place_of(address[0])",
        "else address[0]",
        ("tests/web/test_server.py::test_one_network_of_ipv6_has_only_so_many_connections",),
    ),
    Fault(
        "what a stranger says of from where it comes is passed on",
        "web/server.py",
        '    "clear_untrusted_proxy_headers": True,\n',
        '    "clear_untrusted_proxy_headers": False,\n',
        ("tests/web/test_server.py::test_a_proxy_on_this_machine_is_believed_and_no_other_is",),
    ),
    Fault(
        "the key that a receipt names is not compared with the one that is given",
        "ledger/receipt.py",
        "    if receipt.vkey != str(verifier):\n",
        "    if not receipt.vkey:\n",
        ("tests/ledger/test_recording.py",),
    ),
    Fault(
        "a letter is given up by a clock that is wrong",
        "requests/letters/delivery.py",
        "        must_know_the_time(context)\n    except WrongClock:",
        "        pass\n    except WrongClock:",
        ("tests/letters/test_outbox.py::test_no_letter_is_given_up_by_a_clock_that_is_wrong",),
    ),
    Fault(
        "a letter that a clock ahead has put off waits until that time comes",
        "jobs/rounds.py",
        'Q(problem__gt="") | away)',
        'Q(problem__gt=""))',
        (f"{STARTS}::test_a_letter_that_a_clock_ahead_has_put_off_is_tried_once_the_clock_is_right",),
    ),
    Fault(
        "a session that a clock ahead has begun stays open until that time comes",
        "store/sessions.py",
        "Session.objects.filter(used_at__lte=now + AHEAD, begun_at__lte=now + AHEAD)",
        "Session.objects.all()",
        (f"{SIGN_IN}::test_a_session_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right",),
    ),
    Fault(
        "a visit that a clock ahead has begun stays open until that time comes",
        "web/public/visitor.py",
        "is_away = is_ahead or now",
        "is_away = now",
        ("tests/web/public/test_mine.py::test_a_visit_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right",),
    ),
    Fault(
        "a request that came in by a clock ahead is due when that time comes",
        "requests/wrong_days.py",
        "request.received_on = context.day_of(request.received_at)",
        "pass",
        (f"{DAYS}::test_a_request_that_came_in_by_a_clock_ahead_counts_from_the_last_time_that_was_right",),
    ),
    Fault(
        "who shows who they are while the clock is doubted is counted by it",
        "requests/identity.py",
        "wrong_days.safe_today(context, request)",
        "context.today",
        (DAYS,),
    ),
    Fault(
        "who comes back while a plan waits for a lock is taken for one who left",
        "engine/row_writes.py",
        "if not earlier.lock(system, session) and not is_grown:",
        "if not is_grown:",
        ("tests/harm/test_waiting_for_a_lock.py",),
    ),
    Fault(
        "a system that notes plans and is silent is taken to know of none",
        "engine/high_water.py",
        "    if look.told.silent:\n        names",
        "    if False:\n        names",
        ("tests/harm/test_restored_books.py",),
    ),
    Fault(
        "a worker goes by the time that a wrong clock had when it took its work",
        "jobs/tasks.py",
        "context, before = desk.context.at(desk.clock()), context.now",
        "before = context.now",
        ("tests/jobs/test_a_clock_that_is_set_right_meanwhile.py",),
    ),
)
