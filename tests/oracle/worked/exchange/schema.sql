CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80), closed_on DATE);
CREATE TABLE contact (id INTEGER NOT NULL PRIMARY KEY, account_id INTEGER, full_name VARCHAR(80), email VARCHAR(80), phone VARCHAR(20), allocated_on DATE, released_on DATE, FOREIGN KEY (account_id) REFERENCES account (id));
CREATE TABLE voicemail (id INTEGER NOT NULL PRIMARY KEY, contact_id INTEGER, caller VARCHAR(20), left_at TIMESTAMP NULL, FOREIGN KEY (contact_id) REFERENCES contact (id));
CREATE TABLE calls (id INTEGER NOT NULL PRIMARY KEY, contact_id INTEGER, caller VARCHAR(20), callee VARCHAR(20), started_at TIMESTAMP NULL, FOREIGN KEY (contact_id) REFERENCES contact (id));
CREATE TABLE recording (id INTEGER NOT NULL PRIMARY KEY, call_id INTEGER NOT NULL, file_name VARCHAR(80), recorded_at TIMESTAMP NULL, FOREIGN KEY (call_id) REFERENCES calls (id));
