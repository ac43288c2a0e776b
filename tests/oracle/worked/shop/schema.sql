CREATE TABLE customer (id INTEGER NOT NULL PRIMARY KEY, full_name VARCHAR(80), email VARCHAR(80), phone VARCHAR(20), confirmed BOOLEAN, closed_on DATE);
CREATE TABLE address (id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER, street VARCHAR(80), FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, number VARCHAR(20), customer_id INTEGER, ship_to INTEGER, gift_for VARCHAR(80), note VARCHAR(80), FOREIGN KEY (customer_id) REFERENCES customer (id), FOREIGN KEY (ship_to) REFERENCES address (id));
CREATE TABLE product (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(80));
CREATE TABLE order_item (order_id INTEGER NOT NULL, line INTEGER NOT NULL, product_id INTEGER, PRIMARY KEY (order_id, line), FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (product_id) REFERENCES product (id));
CREATE TABLE payment (id INTEGER NOT NULL PRIMARY KEY, order_id INTEGER, amount INTEGER, card VARCHAR(20), paid_on DATE, FOREIGN KEY (order_id) REFERENCES orders (id));
CREATE TABLE review (id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER, product_id INTEGER, signed VARCHAR(80), body VARCHAR(80), FOREIGN KEY (customer_id) REFERENCES customer (id), FOREIGN KEY (product_id) REFERENCES product (id));
CREATE TABLE newsletter (address VARCHAR(80), topic VARCHAR(20));
