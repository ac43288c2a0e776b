CREATE TABLE scholar (id INTEGER NOT NULL PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80));
CREATE TABLE paper (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80));
CREATE TABLE authorship (paper_id INTEGER NOT NULL, scholar_id INTEGER NOT NULL, place INTEGER, PRIMARY KEY (paper_id, scholar_id), FOREIGN KEY (paper_id) REFERENCES paper (id), FOREIGN KEY (scholar_id) REFERENCES scholar (id));
CREATE TABLE review (id INTEGER NOT NULL PRIMARY KEY, paper_id INTEGER, reviewer_id INTEGER, verdict VARCHAR(80), confidential VARCHAR(80), FOREIGN KEY (paper_id) REFERENCES paper (id), FOREIGN KEY (reviewer_id) REFERENCES scholar (id));
CREATE TABLE registration (id INTEGER NOT NULL PRIMARY KEY, scholar_id INTEGER, fee INTEGER, diet VARCHAR(80), paid_on DATE, FOREIGN KEY (scholar_id) REFERENCES scholar (id));
