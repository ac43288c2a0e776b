-- Logins to the machines that we look after for customers. A secret is stored encrypted: AES-256-GCM, whose key lies
-- elsewhere.

CREATE TABLE customer (
    id              INTEGER PRIMARY KEY,
    account_number  VARCHAR(20) NOT NULL UNIQUE,
    name            VARCHAR(120) NOT NULL,
    closed_on       DATE
);
CREATE INDEX customer_closed_on ON customer (closed_on);

CREATE TABLE machine (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customer (id),
    title        VARCHAR(60) NOT NULL,
    address      VARCHAR(100) NOT NULL
);
CREATE INDEX machine_customer_id ON machine (customer_id);

CREATE TABLE holder (
    id           INTEGER PRIMARY KEY,
    customer_id  INTEGER NOT NULL REFERENCES customer (id),
    full_name    VARCHAR(120) NOT NULL,
    email        VARCHAR(190) NOT NULL         -- lower case
);
CREATE INDEX holder_customer_id ON holder (customer_id);
CREATE INDEX holder_email ON holder (email);

CREATE TABLE login (
    id          INTEGER PRIMARY KEY,
    machine_id  INTEGER NOT NULL REFERENCES machine (id),
    holder_id   INTEGER REFERENCES holder (id),   -- empty: the machine's own, such as root
    user_name   VARCHAR(60) NOT NULL,
    secret      VARCHAR(200) NOT NULL,            -- "v1." and, in base64, nonce, ciphertext and tag
    changed_on  DATE NOT NULL
);
CREATE INDEX login_machine_id ON login (machine_id);
CREATE INDEX login_holder_id ON login (holder_id);
