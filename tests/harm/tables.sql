-- The same words on SQLite, PostgreSQL and MariaDB.

CREATE TABLE persons (
  id INTEGER PRIMARY KEY,
  email VARCHAR(80),
  name VARCHAR(80) NOT NULL,
  postal VARCHAR(80),
  tel VARCHAR(40)
);

CREATE TABLE invoices (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES persons (id),
  issued_on DATE NOT NULL,
  total INTEGER
);

CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES persons (id),
  caller VARCHAR(40),
  started_on DATE NOT NULL
);

CREATE TABLE tapes (
  id INTEGER PRIMARY KEY,
  call_id INTEGER NOT NULL REFERENCES calls (id),
  file_name VARCHAR(200),
  recorded_on DATE NOT NULL
);

CREATE TABLE threads (
  id INTEGER PRIMARY KEY,
  first_id INTEGER REFERENCES persons (id),
  second_id INTEGER REFERENCES persons (id),
  subject VARCHAR(80)
);

CREATE TABLE writers (
  id INTEGER PRIMARY KEY,
  email VARCHAR(80),
  name VARCHAR(80)
);

CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  writer_id INTEGER NOT NULL REFERENCES writers (id),
  body VARCHAR(80)
);
