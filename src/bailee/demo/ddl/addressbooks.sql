-- Our customers' own address books. The people in them are our customers' contacts.

CREATE TABLE customer (
    id              INTEGER PRIMARY KEY,
    account_number  VARCHAR(20) NOT NULL UNIQUE,
    name            VARCHAR(120) NOT NULL,
    closed_on       DATE
);
CREATE INDEX customer_closed_on ON customer (closed_on);

CREATE TABLE entry (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customer (id),
    full_name    VARCHAR(120) NOT NULL,
    email        VARCHAR(190),                 -- lower case
    phone        VARCHAR(20),                  -- E.164
    notes        TEXT
);
CREATE INDEX entry_customer_id ON entry (customer_id);
CREATE INDEX entry_email ON entry (email);
CREATE INDEX entry_phone ON entry (phone);
