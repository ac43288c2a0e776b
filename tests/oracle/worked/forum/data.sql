INSERT INTO member VALUES (0, 'a former member', NULL, NULL), (1, 'alice', 'alice@example.org', NULL), (2, 'bob', 'bob@example.org', 1), (3, 'carol', 'carol@example.org', 2);
INSERT INTO thread VALUES (1, 1, 'slugs'), (2, 2, 'beans');
INSERT INTO post VALUES (1, 1, 1, NULL, 'slugs again'), (2, 1, 2, 1, 'try beer'), (3, 2, 1, NULL, 'too early');
INSERT INTO vote VALUES (1, 2, 1), (2, 1, 1), (2, 3, -1);
INSERT INTO message VALUES (1, 1, 2, 'psst'), (2, 2, 3, 'hello'), (3, 3, 1, 'well');
INSERT INTO ban VALUES (1, 3, 1, 'shouting'), (2, 1, 2, 'more shouting');
INSERT INTO invitation VALUES (1, 1, 'bob@example.org'), (2, 2, 'alice@example.org'), (3, 2, 'erin@example.org');
