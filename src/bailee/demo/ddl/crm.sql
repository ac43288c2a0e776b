-- Customers, contacts, contracts and invoices. Money is in pence. Every column that the data map joins by has an index.

CREATE TABLE account (
    id          INTEGER PRIMARY KEY,
    number      VARCHAR(20) NOT NULL UNIQUE,
    name        VARCHAR(120) NOT NULL,
    kind        VARCHAR(20) NOT NULL,          -- company, sole trader, private, joint
    opened_on   DATE NOT NULL,
    closed_on   DATE
);
CREATE INDEX account_closed_on ON account (closed_on);

CREATE TABLE contact (
    id                 INTEGER PRIMARY KEY,
    account_id         INTEGER NOT NULL REFERENCES account (id),
    customer_number    VARCHAR(20) UNIQUE,
    full_name          VARCHAR(120) NOT NULL,
    position           VARCHAR(60) NOT NULL DEFAULT '',
    email              VARCHAR(190),           -- lower case
    email_verified_at  TIMESTAMP NULL,
    email_changed_at   TIMESTAMP NULL,         -- when the address was last written
    phone              VARCHAR(20),            -- E.164
    phone_since        DATE,
    phone_until        DATE,
    postal             VARCHAR(200),
    notes              TEXT,
    introduced_by      INTEGER REFERENCES contact (id),
    created_on         DATE
);
CREATE INDEX contact_account_id ON contact (account_id);
CREATE INDEX contact_email ON contact (email);
CREATE INDEX contact_phone ON contact (phone);
CREATE INDEX contact_introduced_by ON contact (introduced_by);

CREATE TABLE product (
    code           VARCHAR(20) PRIMARY KEY,
    title          VARCHAR(120) NOT NULL,
    monthly_pence  INTEGER NOT NULL
);

CREATE TABLE contract (
    id               INTEGER PRIMARY KEY,
    account_id       INTEGER NOT NULL REFERENCES account (id),
    holder_id        INTEGER REFERENCES contact (id),
    joint_holder_id  INTEGER REFERENCES contact (id),
    product_code     VARCHAR(20) NOT NULL REFERENCES product (code),
    signed_on        DATE NOT NULL,
    ended_on         DATE,
    monthly_pence    INTEGER NOT NULL
);
CREATE INDEX contract_account_id ON contract (account_id);
CREATE INDEX contract_holder_id ON contract (holder_id);
CREATE INDEX contract_joint_holder_id ON contract (joint_holder_id);
CREATE INDEX contract_product_code ON contract (product_code);

CREATE TABLE invoice (
    id           INTEGER PRIMARY KEY,
    number       VARCHAR(20) NOT NULL UNIQUE,
    account_id   INTEGER NOT NULL REFERENCES account (id),
    billed_to    INTEGER REFERENCES contact (id),
    joint_with   INTEGER REFERENCES contact (id),
    issued_on    DATE NOT NULL,
    due_on       DATE NOT NULL,
    total_pence  INTEGER NOT NULL,
    paid_on      DATE
);
CREATE INDEX invoice_account_id ON invoice (account_id);
CREATE INDEX invoice_billed_to ON invoice (billed_to);
CREATE INDEX invoice_joint_with ON invoice (joint_with);
CREATE INDEX invoice_issued_on ON invoice (issued_on);

CREATE TABLE invoice_line (
    id          INTEGER PRIMARY KEY,
    invoice_id  INTEGER NOT NULL REFERENCES invoice (id),
    issued_on   DATE NOT NULL,                 -- its invoice's
    text        VARCHAR(120) NOT NULL,
    quantity    INTEGER NOT NULL,
    unit_pence  INTEGER NOT NULL
);
CREATE INDEX invoice_line_invoice_id ON invoice_line (invoice_id);
