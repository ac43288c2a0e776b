-- The mailing list: who is on it and why, and what was sent.

CREATE TABLE list (
    id     INTEGER PRIMARY KEY,
    title  VARCHAR(80) NOT NULL
);

CREATE TABLE subscriber (
    id               INTEGER PRIMARY KEY,
    list_id          INTEGER NOT NULL REFERENCES list (id),
    full_name        VARCHAR(120) NOT NULL,
    email            VARCHAR(190) NOT NULL,    -- lower case
    origin           VARCHAR(20) NOT NULL,     -- customer, past customer, enquiry
    joined_on        DATE NOT NULL,
    confirmed_at     TIMESTAMP NULL,           -- when the link sent to the address was opened
    unsubscribed_on  DATE
);
CREATE INDEX subscriber_list_id ON subscriber (list_id);
CREATE INDEX subscriber_email ON subscriber (email);
CREATE INDEX subscriber_unsubscribed_on ON subscriber (unsubscribed_on);

CREATE TABLE mailing (
    id                INTEGER PRIMARY KEY,
    list_id           INTEGER NOT NULL REFERENCES list (id),
    subject           VARCHAR(120) NOT NULL,
    sent_at           TIMESTAMP NOT NULL,
    sent_by           VARCHAR(20) NOT NULL,    -- the provider: mailchimp, sendpulse
    unsubscribe_link  VARCHAR(200)             -- what List-Unsubscribe said
);
CREATE INDEX mailing_list_id ON mailing (list_id);
CREATE INDEX mailing_sent_at ON mailing (sent_at);
