CREATE TABLE company (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80), left_on DATE);
CREATE TABLE requester (id INTEGER NOT NULL PRIMARY KEY, company_id INTEGER, full_name VARCHAR(80), email VARCHAR(80), FOREIGN KEY (company_id) REFERENCES company (id));
CREATE TABLE agent (id INTEGER NOT NULL PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80), active BOOLEAN);
CREATE TABLE ticket (id INTEGER NOT NULL PRIMARY KEY, company_id INTEGER, requester_id INTEGER, assignee_id INTEGER, subject VARCHAR(80), copied VARCHAR(200), FOREIGN KEY (company_id) REFERENCES company (id), FOREIGN KEY (requester_id) REFERENCES requester (id), FOREIGN KEY (assignee_id) REFERENCES agent (id));
CREATE TABLE message (id INTEGER NOT NULL PRIMARY KEY, ticket_id INTEGER NOT NULL, from_requester INTEGER, from_agent INTEGER, sender VARCHAR(80), body VARCHAR(80), FOREIGN KEY (ticket_id) REFERENCES ticket (id), FOREIGN KEY (from_requester) REFERENCES requester (id), FOREIGN KEY (from_agent) REFERENCES agent (id));
CREATE TABLE attachment (id INTEGER NOT NULL PRIMARY KEY, message_id INTEGER NOT NULL, title VARCHAR(80), FOREIGN KEY (message_id) REFERENCES message (id));
