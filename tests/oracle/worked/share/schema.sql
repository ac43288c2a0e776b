CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80));
CREATE TABLE team (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80));
CREATE TABLE membership (account_id INTEGER NOT NULL, team_id INTEGER NOT NULL, PRIMARY KEY (account_id, team_id), FOREIGN KEY (account_id) REFERENCES account (id), FOREIGN KEY (team_id) REFERENCES team (id));
CREATE TABLE folder (id INTEGER NOT NULL PRIMARY KEY, owner_id INTEGER, team_id INTEGER, parent_id INTEGER, title VARCHAR(80), FOREIGN KEY (owner_id) REFERENCES account (id), FOREIGN KEY (team_id) REFERENCES team (id), FOREIGN KEY (parent_id) REFERENCES folder (id));
CREATE TABLE document (id INTEGER NOT NULL PRIMARY KEY, folder_id INTEGER NOT NULL, edited_by INTEGER, title VARCHAR(80), FOREIGN KEY (folder_id) REFERENCES folder (id), FOREIGN KEY (edited_by) REFERENCES account (id));
CREATE TABLE link (id INTEGER NOT NULL PRIMARY KEY, document_id INTEGER NOT NULL, sent_to VARCHAR(80), FOREIGN KEY (document_id) REFERENCES document (id));
