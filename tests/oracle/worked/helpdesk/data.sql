INSERT INTO company VALUES (1, 'Baker and Daughters', NULL), (2, 'Closed Doors', '2024-01-01');
INSERT INTO requester VALUES (1, 1, 'Alice', 'alice@example.org'), (2, 1, 'Bob', 'bob@example.org'), (3, 2, 'Carol', 'carol@example.org');
INSERT INTO agent VALUES (1, 'Dan', 'dan@example.net', TRUE);
INSERT INTO ticket VALUES (1, 1, 1, 1, 'oven', 'bob@example.org,carol@example.org'), (2, 1, 2, 1, 'till', 'alice@example.org'), (3, 2, 3, NULL, 'door', NULL);
INSERT INTO message VALUES (1, 1, 1, NULL, 'alice@example.org', 'it is cold'), (2, 1, NULL, 1, 'dan@example.net', 'try the switch'), (3, 2, 1, NULL, 'alice@example.org', 'same for me'), (4, 3, 3, NULL, 'carol@example.org', 'it is open');
INSERT INTO attachment VALUES (1, 1, 'oven.png'), (2, 3, 'till.png'), (3, 4, 'door.png');
