-- What the books are asked in one statement, on PostgreSQL and SQLite alike.

-- name: later
-- One open row a thing. Asked for again it comes sooner, never later. What is being done at this moment may have looked
-- already: it is to be done again, at the time that is asked for now.
INSERT INTO books_due (id, kind, about, at, place, asked_again, holder, token, tries, problem)
VALUES {rows}
ON CONFLICT (kind, about) WHERE done_at IS NULL
DO UPDATE SET
    at = CASE
        WHEN excluded.at < books_due.at OR (books_due.lease_until IS NOT NULL AND NOT books_due.asked_again)
        THEN excluded.at ELSE books_due.at
    END,
    asked_again = (books_due.lease_until IS NOT NULL), not_before = NULL

-- name: next
-- What is due and in nobody's hands, or in the hands of a worker that died: the kinds named, or all the others.
SELECT id, kind FROM books_due
WHERE done_at IS NULL AND at <= %s AND (lease_until IS NULL OR lease_until < %s)
    AND (not_before IS NULL OR not_before <= %s) AND (kind IN ({rows})) = %s
ORDER BY at, place LIMIT %s

-- name: show
INSERT INTO books_worker (id, started_at, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at

-- name: take_up
WITH locked AS MATERIALIZED (
    SELECT id FROM books_due WHERE done_at IS NULL AND lease_until < %s AND at > %s ORDER BY id {lock}
)
UPDATE books_due SET at = %s
WHERE id IN (SELECT id FROM locked) AND done_at IS NULL AND lease_until < %s AND at > %s

-- name: claim
-- One wins: the second finds a lease that runs, or a row that is locked, and passes it over; so a claim never waits for
-- a row while it has others, and two cannot wait for each other. A lease that has run out is one of a worker that died:
-- its work goes on, whatever time was asked for since.
WITH locked AS MATERIALIZED (SELECT id FROM books_due WHERE id IN ({rows}) AND done_at IS NULL {lock_free})
UPDATE books_due
SET holder = %s, lease_until = %s, token = token + 1, asked_again = FALSE, not_before = NULL
WHERE id IN (SELECT id FROM locked)
    AND done_at IS NULL AND (lease_until < %s OR (lease_until IS NULL AND at <= %s))
RETURNING id, kind, about, token, tries

-- name: renew
-- Rows are locked in the order of their ids, as by `finish`: else the two, or two workers, could wait for each other.
WITH locked AS MATERIALIZED (SELECT id FROM books_due WHERE {rows} ORDER BY id {lock})
UPDATE books_due SET lease_until = %s
WHERE id IN (SELECT id FROM locked) AND lease_until IS NOT NULL AND done_at IS NULL AND ({rows})
RETURNING id

-- name: finish
-- Unless it was asked for again meanwhile: then it is open still, and free.
WITH locked AS MATERIALIZED (SELECT id FROM books_due WHERE {rows} ORDER BY id {lock})
UPDATE books_due
SET done_at = CASE WHEN asked_again THEN NULL ELSE %s END,
    asked_again = FALSE, holder = '', lease_until = NULL, tries = 0, problem = ''
WHERE id IN (SELECT id FROM locked) AND lease_until IS NOT NULL AND done_at IS NULL AND ({rows})
RETURNING id

-- name: again
UPDATE books_due
SET kind = %s, at = %s, asked_again = FALSE, holder = '', lease_until = NULL, tries = %s, problem = %s
WHERE id = %s AND token = %s AND lease_until IS NOT NULL

-- name: steps
-- The steps of a plan, as long as the lease runs under which they are taken: else no row is written.
INSERT INTO books_step (plan_id, step, system, begun_at, ended_at, counts, token, runs)
{rows}
ON CONFLICT (plan_id, step, system)
DO UPDATE SET
    ended_at = excluded.ended_at, counts = excluded.counts, token = excluded.token,
    runs = books_step.runs + CASE WHEN books_step.token = excluded.token THEN 0 ELSE 1 END
