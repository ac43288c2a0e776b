INSERT INTO account VALUES (1, 'Alice', 'alice@example.org'), (2, 'Bob', 'bob@example.org'), (3, 'Carol', 'carol@example.org');
INSERT INTO team VALUES (1, 'attic');
INSERT INTO membership VALUES (1, 1), (2, 1), (3, 1);
INSERT INTO folder VALUES (1, 1, NULL, NULL, 'alice'), (2, NULL, NULL, 1, 'deeper'), (3, 2, NULL, 2, 'from bob'), (4, 2, 1, NULL, 'for the team');
INSERT INTO document VALUES (1, 2, 2, 'diary'), (2, 3, 1, 'letter'), (3, 4, 1, 'rota');
INSERT INTO link VALUES (1, 2, 'alice@example.org'), (2, 3, 'carol@example.org'), (3, 1, 'carol@example.org');
