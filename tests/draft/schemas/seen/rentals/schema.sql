-- A shop that rents out films, after the sample that MySQL made well known.
create table country ( --~ 4
  country_id integer primary key,
  country varchar(50) not null, --~ nth Ireland United_Kingdom Portugal Malta
  last_update timestamp not null --~ past
);
create table city ( --~ 12
  city_id integer primary key,
  city varchar(50) not null, --~ town
  country_id integer not null references country (country_id),
  last_update timestamp not null --~ past
);
create table address ( --~ 260 distinct
  address_id integer primary key,
  address varchar(50) not null, --~ street
  address2 varchar(50), --~ words??
  district varchar(20) not null, --~ town
  city_id integer not null references city (city_id),
  postal_code varchar(10), --~ postcode?
  phone varchar(20) not null, --~ phone plain
  last_update timestamp not null --~ past
);
create table language ( --~ 3
  language_id integer primary key,
  name char(20) not null, --~ nth English Irish French
  last_update timestamp not null --~ past
);
create table category ( --~ 8
  category_id integer primary key,
  name varchar(25) not null, --~ nth Action Comedy Drama Horror Sports Travel Music Games
  last_update timestamp not null --~ past
);
create table actor ( --~ 60 distinct
  actor_id integer primary key,
  first_name varchar(45) not null, --~ first
  last_name varchar(45) not null, --~ last
  last_update timestamp not null --~ past
);
create table film ( --~ 120
  film_id integer primary key,
  title varchar(255) not null, --~ words 3
  description text, --~ text
  release_year integer, --~ int 1970 2012
  language_id integer not null references language (language_id),
  original_language_id integer references language (language_id),
  rental_duration integer not null, --~ int 3 7
  rental_rate decimal(4,2) not null, --~ money
  length integer, --~ int 60 180
  replacement_cost decimal(5,2) not null, --~ money
  rating varchar(10), --~ pick G PG R
  special_features varchar(100), --~ words?
  last_update timestamp not null --~ past
);
create table film_actor ( --~ 200
  actor_id integer not null references actor (actor_id),
  film_id integer not null references film (film_id),
  last_update timestamp not null, --~ past
  primary key (actor_id, film_id)
);
create table film_category ( --~ 120
  film_id integer not null references film (film_id),
  category_id integer not null references category (category_id),
  last_update timestamp not null, --~ past
  primary key (film_id, category_id)
);
create table store ( --~ 2
  store_id integer primary key,
  manager_staff_id integer not null, --~ seq
  address_id integer not null references address (address_id),
  last_update timestamp not null --~ past
);
create table staff ( --~ 6 distinct
  staff_id integer primary key,
  first_name varchar(45) not null, --~ first
  last_name varchar(45) not null, --~ last
  address_id integer not null references address (address_id),
  picture blob, --~ hex??
  email varchar(50), --~ email
  store_id integer not null references store (store_id),
  active integer not null, --~ int 0 1
  username varchar(16) not null, --~ username
  password varchar(40), --~ hex 40
  last_update timestamp not null --~ past
);
create table customer ( --~ 240 distinct
  customer_id integer primary key,
  store_id integer not null references store (store_id),
  first_name varchar(45) not null, --~ first
  last_name varchar(45) not null, --~ last
  email varchar(50), --~ email?
  address_id integer not null references address (address_id),
  active integer not null, --~ int 0 1
  create_date timestamp not null, --~ past
  last_update timestamp --~ past
);
create table inventory ( --~ 250
  inventory_id integer primary key,
  film_id integer not null references film (film_id),
  store_id integer not null references store (store_id),
  last_update timestamp not null --~ past
);
create table rental ( --~ 600
  rental_id integer primary key,
  rental_date timestamp not null, --~ past
  inventory_id integer not null references inventory (inventory_id),
  customer_id integer not null references customer (customer_id),
  return_date timestamp, --~ past?
  staff_id integer not null references staff (staff_id),
  last_update timestamp not null --~ past
);
create table payment ( --~ 600
  payment_id integer primary key,
  customer_id integer not null references customer (customer_id),
  staff_id integer not null references staff (staff_id),
  rental_id integer references rental (rental_id),
  amount decimal(5,2) not null, --~ money
  payment_date timestamp not null, --~ past
  last_update timestamp --~ past
)
