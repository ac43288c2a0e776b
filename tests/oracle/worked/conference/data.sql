INSERT INTO scholar VALUES (1, 'Alice', 'alice@example.org'), (2, 'Bob', 'bob@example.org'), (3, 'Carol', 'carol@example.org');
INSERT INTO paper VALUES (1, 'On Crumbs'), (2, 'On Lint');
INSERT INTO authorship VALUES (1, 1, 1), (1, 2, 2), (2, 1, 1);
INSERT INTO review VALUES (1, 1, 3, 'accept', 'weak, but short'), (2, 2, 3, 'reject', 'long'), (3, 2, 2, 'accept', 'my friend wrote it');
INSERT INTO registration VALUES (1, 3, 100, 'no nuts', '2026-01-10');
