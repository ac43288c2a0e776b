-- What the books are asked in one statement, on PostgreSQL and SQLite alike.

-- name: later
-- One open row a thing. Asked for again it comes sooner, never later. What is being done at this moment may have looked
-- already: it is to be queued again, at the time that is asked for now.
INSERT INTO books_due (id, kind, about, at, holder, token, tries, problem)
VALUES {rows}
ON CONFLICT (kind, about) WHERE done_at IS NULL
DO UPDATE SET
    at = CASE
        WHEN excluded.at < books_due.at OR (books_due.lease_until IS NOT NULL AND books_due.queued_at IS NOT NULL)
        THEN excluded.at ELSE books_due.at
    END,
    queued_at = NULL

-- name: queue
-- What is due, in nobody's hands, and not on its way: it never was, or whoever had it has died, or it was lost. Rows that
-- another worker is putting on their way at this moment are left to it.
UPDATE books_due SET queued_at = %s
WHERE id IN (
    SELECT id FROM books_due
    WHERE done_at IS NULL AND at <= %s AND (lease_until IS NULL OR lease_until < %s)
        AND (queued_at IS NULL OR queued_at < lease_until OR queued_at < %s)
    ORDER BY at LIMIT %s {free}
)
RETURNING id, kind, at

-- name: show
INSERT INTO books_worker (id, started_at, seen_at) VALUES (%s, %s, %s)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at

-- name: take_up
UPDATE books_due SET at = %s WHERE done_at IS NULL AND lease_until < %s AND at > %s

-- name: claim
-- One wins: whoever comes second finds a lease that runs. A lease that has run out is one of a worker that died: its
-- work goes on, whatever time was asked for since.
UPDATE books_due
SET holder = %s, lease_until = %s, token = token + 1,
    queued_at = CASE WHEN queued_at IS NULL THEN %s ELSE queued_at END
WHERE id IN (SELECT id FROM books_due WHERE id IN ({rows}) AND done_at IS NULL ORDER BY id {lock})
    AND done_at IS NULL AND (lease_until < %s OR (lease_until IS NULL AND at <= %s))
RETURNING id, kind, about, token, tries

-- name: renew
UPDATE books_due SET lease_until = %s WHERE lease_until IS NOT NULL AND done_at IS NULL AND ({rows})
RETURNING id

-- name: finish
-- Unless it was asked for again meanwhile: then it is open still, and free.
UPDATE books_due
SET done_at = CASE WHEN queued_at IS NULL THEN NULL ELSE %s END,
    holder = '', lease_until = NULL, tries = 0, problem = ''
WHERE lease_until IS NOT NULL AND done_at IS NULL AND ({rows})
RETURNING id

-- name: again
UPDATE books_due
SET kind = %s, at = %s, holder = '', lease_until = NULL, queued_at = NULL, tries = %s, problem = %s
WHERE id = %s AND token = %s AND lease_until IS NOT NULL

-- name: steps
-- The steps of a plan, as long as the lease runs under which they are taken: else no row is written.
INSERT INTO books_step (plan_id, step, system, begun_at, ended_at, counts, token, runs)
{rows}
ON CONFLICT (plan_id, step, system)
DO UPDATE SET
    ended_at = excluded.ended_at, counts = excluded.counts, token = excluded.token,
    runs = books_step.runs + CASE WHEN books_step.token = excluded.token THEN 0 ELSE 1 END
