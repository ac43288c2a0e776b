-- Who asked, in which thread, and what was said. Times are UTC.

CREATE TABLE requester (
    id                 INTEGER PRIMARY KEY,
    email              VARCHAR(190) NOT NULL,  -- lower case
    email_verified_at  TIMESTAMP NULL,
    full_name          VARCHAR(120) NOT NULL,
    created_on         DATE NOT NULL,
    customer_until     DATE
);
CREATE INDEX requester_email ON requester (email);
CREATE INDEX requester_customer_until ON requester (customer_until);

CREATE TABLE ticket (
    id         INTEGER PRIMARY KEY,
    opened_by  INTEGER REFERENCES requester (id),
    copied_to  INTEGER REFERENCES requester (id),
    subject    VARCHAR(200) NOT NULL,
    status     VARCHAR(20) NOT NULL,           -- open, closed
    opened_at  TIMESTAMP NOT NULL,
    closed_at  TIMESTAMP NULL
);
CREATE INDEX ticket_opened_by ON ticket (opened_by);
CREATE INDEX ticket_copied_to ON ticket (copied_to);

CREATE TABLE participant (
    ticket_id     INTEGER NOT NULL REFERENCES ticket (id),
    requester_id  INTEGER NOT NULL REFERENCES requester (id),
    joined_on     DATE NOT NULL,
    PRIMARY KEY (ticket_id, requester_id)
);
CREATE INDEX participant_requester_id ON participant (requester_id);

CREATE TABLE message (
    id         INTEGER PRIMARY KEY,
    ticket_id  INTEGER NOT NULL REFERENCES ticket (id),
    author_id  INTEGER REFERENCES requester (id),   -- empty where we wrote it
    from_us    BOOLEAN NOT NULL,
    body       TEXT NOT NULL,
    sent_at    TIMESTAMP NOT NULL
);
CREATE INDEX message_ticket_id ON message (ticket_id);
CREATE INDEX message_author_id ON message (author_id);
