INSERT INTO customer VALUES (1, 'Alice', 'alice@example.org', '+441632960001', TRUE, NULL), (2, 'Bob', 'bob@example.org', '+441632960002', TRUE, '2018-05-01'), (3, 'Carol', 'carol@example.org', '+441632960002', FALSE, '2025-05-01');
INSERT INTO address VALUES (1, 1, 'Alder Row'), (2, 2, 'Birch Lane');
INSERT INTO product VALUES (1, 'kettle');
INSERT INTO orders VALUES (1, 'A-1', 1, 1, 'carol@example.org', 'ring twice'), (2, 'A-2', 1, 2, NULL, NULL), (3, 'B-1', 2, 2, 'alice@example.org', 'a surprise');
INSERT INTO order_item VALUES (1, 1, 1), (2, 1, 1), (3, 1, 1);
INSERT INTO payment VALUES (1, 1, 20, '4242', '2025-02-01'), (2, 2, 30, '4242', '2017-02-01'), (3, 3, 20, '1881', '2017-02-01');
INSERT INTO review VALUES (1, 1, 1, 'Alice', 'it sings'), (2, 2, 1, 'Bob', 'it leaks');
INSERT INTO newsletter VALUES ('alice@example.org', 'tea'), ('carol@example.org', 'tea');
