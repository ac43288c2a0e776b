-- An importer of food, after the sample that came with Access, in PostgreSQL.
create table region ( --~ 4
  region_id smallint primary key,
  region_description varchar(60) not null --~ nth Eastern Western Northern Southern
);
create table territories ( --~ 20
  territory_id varchar(20) primary key, --~ code 0
  territory_description varchar(60) not null, --~ town
  region_id smallint not null references region (region_id)
);
create table categories ( --~ 6
  category_id smallint primary key,
  category_name varchar(15) not null, --~ nth Beverages Condiments Dairy Grains Produce Seafood
  description text --~ words
);
create table suppliers ( --~ 25 distinct
  supplier_id smallint primary key,
  company_name varchar(40) not null, --~ company
  contact_name varchar(30), --~ full
  contact_title varchar(30), --~ pick Owner Sales
  address varchar(60), --~ street
  city varchar(15), --~ town
  phone varchar(24), --~ phone
  homepage text --~ url?
);
create table shippers ( --~ 3
  shipper_id smallint primary key,
  company_name varchar(40) not null, --~ company
  phone varchar(24) --~ phone
);
create table products ( --~ 70
  product_id smallint primary key,
  product_name varchar(40) not null, --~ words 2
  supplier_id smallint references suppliers (supplier_id),
  category_id smallint references categories (category_id),
  unit_price real, --~ money
  discontinued integer not null --~ int 0 1
);
create table customers ( --~ 90 distinct
  customer_id varchar(5) primary key, --~ code
  company_name varchar(40) not null, --~ company
  contact_name varchar(30), --~ full
  contact_title varchar(30), --~ pick Owner Sales
  address varchar(60), --~ street
  city varchar(15), --~ town
  postal_code varchar(10), --~ postcode
  country varchar(15), --~ country
  phone varchar(24), --~ phone
  fax varchar(24) --~ phone?
);
create table employees ( --~ 9 distinct
  employee_id smallint primary key,
  last_name varchar(20) not null, --~ last
  first_name varchar(10) not null, --~ first
  title varchar(30), --~ pick Sales Manager
  birth_date date, --~ born
  hire_date date, --~ past
  address varchar(60), --~ street
  home_phone varchar(24), --~ phone
  extension varchar(4), --~ int 200 290
  notes text, --~ text
  reports_to smallint references employees (employee_id), --~ ref? employees.employee_id
  photo_path varchar(255) --~ path photos jpg
);
create table employee_territories ( --~ 30
  employee_id smallint not null references employees (employee_id),
  territory_id varchar(20) not null references territories (territory_id),
  primary key (employee_id, territory_id)
);
create table orders ( --~ 300
  order_id smallint primary key,
  customer_id varchar(5) references customers (customer_id),
  employee_id smallint references employees (employee_id),
  order_date date, --~ past
  shipped_date date, --~ later?
  ship_via smallint references shippers (shipper_id),
  freight real, --~ money
  ship_name varchar(40), --~ company
  ship_address varchar(60), --~ street
  ship_city varchar(15) --~ town
);
create table order_details ( --~ 600
  order_id smallint not null references orders (order_id),
  product_id smallint not null references products (product_id),
  unit_price real not null, --~ money
  quantity smallint not null, --~ int 1 40
  primary key (order_id, product_id)
);
create table us_states ( --~ 5
  state_id smallint primary key,
  state_name varchar(100), --~ nth Alabama Alaska Iowa Ohio Utah
  state_abbr varchar(2) --~ nth AL AK IA OH UT
)
