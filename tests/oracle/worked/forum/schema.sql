CREATE TABLE member (id INTEGER NOT NULL PRIMARY KEY, nick VARCHAR(80), email VARCHAR(80), invited_by INTEGER, FOREIGN KEY (invited_by) REFERENCES member (id));
CREATE TABLE thread (id INTEGER NOT NULL PRIMARY KEY, author_id INTEGER, title VARCHAR(80), FOREIGN KEY (author_id) REFERENCES member (id));
CREATE TABLE post (id INTEGER NOT NULL PRIMARY KEY, thread_id INTEGER NOT NULL, author_id INTEGER, reply_to INTEGER, body VARCHAR(80), FOREIGN KEY (thread_id) REFERENCES thread (id), FOREIGN KEY (author_id) REFERENCES member (id), FOREIGN KEY (reply_to) REFERENCES post (id));
CREATE TABLE vote (post_id INTEGER NOT NULL, member_id INTEGER NOT NULL, points INTEGER, PRIMARY KEY (post_id, member_id), FOREIGN KEY (post_id) REFERENCES post (id), FOREIGN KEY (member_id) REFERENCES member (id));
CREATE TABLE message (id INTEGER NOT NULL PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, body VARCHAR(80), FOREIGN KEY (sender_id) REFERENCES member (id), FOREIGN KEY (recipient_id) REFERENCES member (id));
CREATE TABLE ban (id INTEGER NOT NULL PRIMARY KEY, member_id INTEGER, moderator_id INTEGER, reason VARCHAR(80), FOREIGN KEY (member_id) REFERENCES member (id), FOREIGN KEY (moderator_id) REFERENCES member (id));
CREATE TABLE invitation (id INTEGER NOT NULL PRIMARY KEY, inviter_id INTEGER, guest VARCHAR(80), FOREIGN KEY (inviter_id) REFERENCES member (id));
