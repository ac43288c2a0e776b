-- Telephone lines, call records and recordings. Times are UTC. Numbers are E.164.

CREATE TABLE destination (
    prefix            VARCHAR(20) PRIMARY KEY,
    title             VARCHAR(60) NOT NULL,
    pence_per_minute  INTEGER NOT NULL
);

CREATE TABLE line (
    id               INTEGER PRIMARY KEY,
    phone_number     VARCHAR(20) NOT NULL,     -- not unique: numbers are allocated again, later
    allocated_on     DATE NOT NULL,
    released_on      DATE,
    holder           VARCHAR(120) NOT NULL,
    email            VARCHAR(190),             -- lower case
    customer_number  VARCHAR(20),
    recording_since  DATE                      -- when the customer switched recording on; empty where they did not
);
CREATE INDEX line_phone_number ON line (phone_number);
CREATE INDEX line_email ON line (email);
CREATE INDEX line_customer_number ON line (customer_number);
CREATE INDEX line_released_on ON line (released_on);

CREATE TABLE call_record (
    id           INTEGER PRIMARY KEY,
    line_id      INTEGER NOT NULL REFERENCES line (id),
    direction    VARCHAR(3) NOT NULL,          -- in, out
    caller       VARCHAR(20),
    callee       VARCHAR(20),
    started_at   TIMESTAMP NOT NULL,
    seconds      INTEGER NOT NULL,
    outcome      VARCHAR(20) NOT NULL,         -- answered, missed, busy
    price_pence  INTEGER NOT NULL
);
CREATE INDEX call_record_line_id ON call_record (line_id);
CREATE INDEX call_record_caller ON call_record (caller);
CREATE INDEX call_record_callee ON call_record (callee);
CREATE INDEX call_record_started_at ON call_record (started_at);

CREATE TABLE recording (
    id           INTEGER PRIMARY KEY,
    call_id      INTEGER NOT NULL REFERENCES call_record (id),
    file_name    VARCHAR(100) NOT NULL,        -- inside the folder of recordings
    recorded_at  TIMESTAMP NOT NULL,
    seconds      INTEGER NOT NULL,
    sha256       VARCHAR(64) NOT NULL
);
CREATE INDEX recording_call_id ON recording (call_id);
CREATE INDEX recording_file_name ON recording (file_name);
CREATE INDEX recording_recorded_at ON recording (recorded_at);
