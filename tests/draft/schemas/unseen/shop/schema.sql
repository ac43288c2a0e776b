-- A web shop, with the tables of Magento 2 as they are publicly known, its EAV cut down to one table.
create table store_website ( --~ 2
  website_id smallint unsigned not null auto_increment primary key,
  code varchar(32) unique, --~ nth base trade
  name varchar(64) --~ nth Main Trade
);
create table store ( --~ 3
  store_id smallint unsigned not null auto_increment primary key,
  code varchar(32) unique, --~ nth en ga trade
  website_id smallint unsigned not null,
  name varchar(255) not null, --~ nth English Irish Trade
  constraint fk_store_website foreign key (website_id) references store_website (website_id)
);
create table admin_user ( --~ 6 distinct
  user_id int unsigned not null auto_increment primary key,
  firstname varchar(32), --~ first
  lastname varchar(32), --~ last
  email varchar(128), --~ email
  username varchar(40) unique, --~ username
  password varchar(255) not null, --~ hex 64
  created timestamp not null default current_timestamp, --~ past
  logdate timestamp null, --~ later
  lognum smallint unsigned not null default 0, --~ int 0 900
  is_active smallint not null default 1, --~ int 0 1
  rp_token text, --~ hex??
  interface_locale varchar(16) not null --~ lit en_IE
);
create table admin_user_session ( --~ 60
  id int unsigned not null auto_increment primary key,
  session_id varchar(128), --~ hex 26
  user_id int unsigned,
  status smallint unsigned not null default 1, --~ int 0 3
  created_at timestamp not null default current_timestamp, --~ past
  updated_at timestamp not null default current_timestamp, --~ later
  ip varchar(15) not null, --~ ip
  constraint fk_session_user foreign key (user_id) references admin_user (user_id)
);
create table password_reset_request_event ( --~ 30
  id int unsigned not null auto_increment primary key,
  request_type smallint unsigned not null, --~ int 0 1
  account_reference varchar(255), --~ email
  created_at timestamp not null default current_timestamp, --~ past
  ip varchar(15) not null --~ ip
);
create table customer_group ( --~ 4
  customer_group_id int unsigned not null auto_increment primary key,
  customer_group_code varchar(32) not null, --~ nth GUEST General Wholesale Retailer
  tax_class_id int unsigned not null default 0 --~ int 1 3
);
create table customer_entity ( --~ 260 distinct
  entity_id int unsigned not null auto_increment primary key,
  website_id smallint unsigned,
  email varchar(255), --~ email
  group_id smallint unsigned not null default 0, --~ int 1 4
  increment_id varchar(50), --~ code?? 
  store_id smallint unsigned,
  created_at timestamp not null default current_timestamp, --~ past
  updated_at timestamp not null default current_timestamp, --~ later
  is_active smallint unsigned not null default 1, --~ int 0 1
  created_in varchar(255), --~ lit Default Store View
  prefix varchar(40), --~ pick?? Mr Ms
  firstname varchar(255), --~ first
  middlename varchar(255), --~ first??
  lastname varchar(255), --~ last
  dob date, --~ born??
  password_hash varchar(128), --~ hex 64
  rp_token varchar(128), --~ hex??
  default_billing int unsigned, --~ int? 1 300
  default_shipping int unsigned, --~ int? 1 300
  taxvat varchar(50), --~ vat??
  confirmation varchar(64), --~ hex??
  gender smallint unsigned, --~ int? 1 3
  failures_num smallint default 0, --~ int 0 2
  lock_expires timestamp null, --~ later??
  constraint fk_customer_store foreign key (store_id) references store (store_id),
  constraint fk_customer_website foreign key (website_id) references store_website (website_id)
);
create table customer_address_entity ( --~ 300
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned,
  created_at timestamp not null default current_timestamp, --~ past
  is_active smallint unsigned not null default 1, --~ int 0 1
  city varchar(255) not null, --~ town
  company varchar(255), --~ company??
  country_id varchar(255) not null, --~ country
  fax varchar(255), --~ phone??
  firstname varchar(255) not null, --~ first
  lastname varchar(255) not null, --~ last
  postcode varchar(255), --~ postcode
  region varchar(255), --~ town?
  street text not null, --~ street
  telephone varchar(255) not null, --~ phone
  vat_id varchar(255), --~ vat??
  constraint fk_address_customer foreign key (parent_id) references customer_entity (entity_id) on delete cascade
);
create table eav_attribute ( --~ 30
  attribute_id smallint unsigned not null auto_increment primary key,
  attribute_code varchar(255) not null, --~ code attr
  backend_type varchar(8) not null default 'static', --~ pick int varchar text
  frontend_label varchar(255) --~ words 2
);
create table customer_entity_varchar ( --~ 200
  value_id int not null auto_increment primary key,
  attribute_id smallint unsigned not null,
  entity_id int unsigned not null,
  value varchar(255), --~ words?
  constraint fk_cev_attribute foreign key (attribute_id) references eav_attribute (attribute_id),
  constraint fk_cev_entity foreign key (entity_id) references customer_entity (entity_id) on delete cascade
);
create table customer_log ( --~ 200
  log_id int not null auto_increment primary key,
  customer_id int not null unique, --~ ref customer_entity.entity_id
  last_login_at timestamp null, --~ past
  last_logout_at timestamp null --~ later??
);
create table customer_visitor ( --~ 300
  visitor_id bigint unsigned not null auto_increment primary key,
  customer_id int, --~ ref? customer_entity.entity_id
  session_id varchar(64), --~ hex 26
  created_at timestamp not null default current_timestamp, --~ past
  last_visit_at timestamp not null default current_timestamp --~ later
);
create table catalog_product_entity ( --~ 80
  entity_id int unsigned not null auto_increment primary key,
  type_id varchar(32) not null default 'simple', --~ pick simple bundle
  sku varchar(64) not null, --~ code SKU
  has_options smallint not null default 0, --~ int 0 1
  created_at timestamp not null default current_timestamp --~ past
);
create table catalog_category_entity ( --~ 20
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned not null default 0, --~ ref0 catalog_category_entity.entity_id
  path varchar(255) not null, --~ lit 1/2
  position int not null default 0, --~ int 0 9
  level int not null default 0 --~ int 0 3
);
create table catalog_category_product ( --~ 100
  entity_id int not null auto_increment primary key,
  category_id int unsigned not null,
  product_id int unsigned not null,
  position int not null default 0, --~ int 0 9
  constraint fk_ccp_category foreign key (category_id) references catalog_category_entity (entity_id),
  constraint fk_ccp_product foreign key (product_id) references catalog_product_entity (entity_id)
);
create table quote ( --~ 250
  entity_id int unsigned not null auto_increment primary key,
  store_id smallint unsigned not null,
  created_at timestamp not null default current_timestamp, --~ past
  is_active smallint unsigned default 1, --~ int 0 1
  items_count int unsigned default 0, --~ int 0 9
  grand_total decimal(20,4) default 0, --~ money
  customer_id int unsigned, --~ ref? customer_entity.entity_id
  customer_email varchar(255), --~ email?
  customer_firstname varchar(255), --~ first?
  customer_lastname varchar(255), --~ last?
  customer_note varchar(255), --~ words??
  customer_is_guest smallint unsigned default 0, --~ int 0 1
  remote_ip varchar(45), --~ ip
  reserved_order_id varchar(64), --~ code 2000
  constraint fk_quote_store foreign key (store_id) references store (store_id)
);
create table quote_address ( --~ 300
  address_id int unsigned not null auto_increment primary key,
  quote_id int unsigned not null,
  customer_id int unsigned, --~ ref? customer_entity.entity_id
  customer_address_id int unsigned, --~ ref? customer_address_entity.entity_id
  address_type varchar(10), --~ pick billing shipping
  email varchar(255), --~ email?
  firstname varchar(255), --~ first?
  lastname varchar(255), --~ last?
  company varchar(255), --~ company??
  street varchar(255), --~ street?
  city varchar(255), --~ town?
  postcode varchar(20), --~ postcode?
  telephone varchar(255), --~ phone?
  shipping_method varchar(120), --~ pick? flatrate collect
  constraint fk_qa_quote foreign key (quote_id) references quote (entity_id) on delete cascade
);
create table quote_item ( --~ 400
  item_id int unsigned not null auto_increment primary key,
  quote_id int unsigned not null,
  product_id int unsigned,
  store_id smallint unsigned,
  sku varchar(255), --~ code SKU
  name varchar(255), --~ words
  qty decimal(12,4) not null default 0, --~ int 1 5
  price decimal(12,4) not null default 0, --~ money
  constraint fk_qi_quote foreign key (quote_id) references quote (entity_id) on delete cascade,
  constraint fk_qi_product foreign key (product_id) references catalog_product_entity (entity_id),
  constraint fk_qi_store foreign key (store_id) references store (store_id)
);
create table sales_order_status ( --~ 5
  status varchar(32) not null primary key, --~ nth pending processing complete closed holded
  label varchar(128) not null --~ nth Pending Processing Complete Closed On_Hold
);
create table sales_order ( --~ 300
  entity_id int unsigned not null auto_increment primary key,
  state varchar(32), --~ pick new complete
  status varchar(32), --~ ref sales_order_status.status
  protect_code varchar(255), --~ hex 16
  store_id smallint unsigned,
  customer_id int unsigned,
  grand_total decimal(20,4), --~ money
  customer_is_guest smallint unsigned, --~ int 0 1
  quote_id int, --~ ref quote.entity_id
  increment_id varchar(50), --~ code 1000
  customer_dob datetime, --~ born??
  customer_email varchar(128), --~ email
  customer_firstname varchar(128), --~ first
  customer_lastname varchar(128), --~ last
  remote_ip varchar(45), --~ ip
  x_forwarded_for varchar(255), --~ ip??
  customer_note text, --~ text??
  created_at timestamp not null default current_timestamp, --~ past
  updated_at timestamp not null default current_timestamp, --~ later
  constraint fk_order_customer foreign key (customer_id) references customer_entity (entity_id) on delete set null,
  constraint fk_order_store foreign key (store_id) references store (store_id)
);
create table sales_order_address ( --~ 500
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned,
  customer_address_id int, --~ ref? customer_address_entity.entity_id
  customer_id int, --~ ref? customer_entity.entity_id
  fax varchar(255), --~ phone??
  region varchar(255), --~ town?
  postcode varchar(255), --~ postcode
  lastname varchar(255), --~ last
  street varchar(255), --~ street
  city varchar(255), --~ town
  email varchar(255), --~ email
  telephone varchar(255), --~ phone
  country_id varchar(2), --~ country
  firstname varchar(255), --~ first
  address_type varchar(255), --~ pick billing shipping
  company varchar(255), --~ company??
  constraint fk_soa_order foreign key (parent_id) references sales_order (entity_id) on delete cascade
);
create table sales_order_item ( --~ 500
  item_id int unsigned not null auto_increment primary key,
  order_id int unsigned not null default 0,
  quote_item_id int unsigned, --~ ref quote_item.item_id
  store_id smallint unsigned,
  product_id int unsigned, --~ ref catalog_product_entity.entity_id
  sku varchar(255), --~ code SKU
  name varchar(255), --~ words
  qty_ordered decimal(12,4), --~ int 1 5
  price decimal(12,4) not null default 0, --~ money
  constraint fk_soi_order foreign key (order_id) references sales_order (entity_id) on delete cascade,
  constraint fk_soi_store foreign key (store_id) references store (store_id)
);
create table sales_order_payment ( --~ 300
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned not null,
  method varchar(128), --~ pick card transfer
  cc_last_4 varchar(100), --~ int? 1000 9999
  cc_owner varchar(128), --~ full??
  cc_exp_year varchar(4), --~ int? 2025 2031
  last_trans_id varchar(255), --~ hex? 20
  amount_ordered decimal(20,4), --~ money
  additional_information text, --~ json
  constraint fk_sop_order foreign key (parent_id) references sales_order (entity_id) on delete cascade
);
create table sales_order_status_history ( --~ 400
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned not null,
  is_customer_notified int, --~ int 0 1
  comment text, --~ text?
  status varchar(32), --~ ref sales_order_status.status
  created_at timestamp not null default current_timestamp, --~ past
  constraint fk_sosh_order foreign key (parent_id) references sales_order (entity_id) on delete cascade
);
create table sales_invoice ( --~ 250
  entity_id int unsigned not null auto_increment primary key,
  store_id smallint unsigned,
  grand_total decimal(20,4), --~ money
  order_id int unsigned not null,
  increment_id varchar(50), --~ code 3000
  created_at timestamp not null default current_timestamp, --~ past
  constraint fk_invoice_order foreign key (order_id) references sales_order (entity_id) on delete cascade,
  constraint fk_invoice_store foreign key (store_id) references store (store_id)
);
create table sales_shipment ( --~ 250
  entity_id int unsigned not null auto_increment primary key,
  store_id smallint unsigned,
  order_id int unsigned not null,
  customer_id int, --~ ref? customer_entity.entity_id
  shipping_address_id int, --~ ref sales_order_address.entity_id
  billing_address_id int, --~ ref sales_order_address.entity_id
  increment_id varchar(50), --~ code 4000
  created_at timestamp not null default current_timestamp, --~ past
  constraint fk_shipment_order foreign key (order_id) references sales_order (entity_id) on delete cascade,
  constraint fk_shipment_store foreign key (store_id) references store (store_id)
);
create table sales_shipment_track ( --~ 200
  entity_id int unsigned not null auto_increment primary key,
  parent_id int unsigned not null,
  order_id int unsigned not null, --~ ref sales_order.entity_id
  track_number text, --~ hex 14
  title varchar(255), --~ pick AnPost DPD
  constraint fk_track_shipment foreign key (parent_id) references sales_shipment (entity_id) on delete cascade
);
create table newsletter_subscriber ( --~ 220 distinct
  subscriber_id int unsigned not null auto_increment primary key,
  store_id smallint unsigned,
  change_status_at timestamp null, --~ past
  customer_id int unsigned not null default 0, --~ ref0 customer_entity.entity_id
  subscriber_email varchar(150), --~ email
  subscriber_status int not null default 0, --~ int 1 4
  subscriber_confirm_code varchar(32) default 'NULL', --~ hex 32
  constraint fk_subscriber_store foreign key (store_id) references store (store_id)
);
create table newsletter_queue ( --~ 8
  queue_id int unsigned not null auto_increment primary key,
  newsletter_subject varchar(200), --~ words
  newsletter_text text, --~ text
  newsletter_sender_name varchar(200), --~ lit The shop
  newsletter_sender_email varchar(200), --~ lit shop@larkfield.example
  queue_start_at timestamp null --~ past
);
create table newsletter_queue_link ( --~ 400
  queue_link_id int unsigned not null auto_increment primary key,
  queue_id int unsigned not null,
  subscriber_id int unsigned not null,
  letter_sent_at timestamp null, --~ past?
  constraint fk_nql_queue foreign key (queue_id) references newsletter_queue (queue_id) on delete cascade,
  constraint fk_nql_subscriber foreign key (subscriber_id) references newsletter_subscriber (subscriber_id) on delete cascade
);
create table review ( --~ 120
  review_id bigint unsigned not null auto_increment primary key,
  created_at timestamp not null default current_timestamp, --~ past
  entity_pk_value int unsigned not null default 0, --~ ref catalog_product_entity.entity_id
  status_id smallint unsigned not null default 0 --~ int 1 3
);
create table review_detail ( --~ 120
  detail_id bigint unsigned not null auto_increment primary key,
  review_id bigint unsigned not null default 0,
  store_id smallint unsigned default 0,
  title varchar(255) not null, --~ words
  detail text not null, --~ text
  nickname varchar(128) not null, --~ first
  customer_id int unsigned,
  constraint fk_detail_review foreign key (review_id) references review (review_id) on delete cascade,
  constraint fk_detail_customer foreign key (customer_id) references customer_entity (entity_id) on delete set null,
  constraint fk_detail_store foreign key (store_id) references store (store_id)
);
create table wishlist ( --~ 150
  wishlist_id int unsigned not null auto_increment primary key,
  customer_id int unsigned not null unique,
  shared smallint unsigned not null default 0, --~ int 0 1
  sharing_code varchar(32), --~ hex 32
  updated_at timestamp null, --~ past
  constraint fk_wishlist_customer foreign key (customer_id) references customer_entity (entity_id) on delete cascade
);
create table wishlist_item ( --~ 250
  wishlist_item_id int unsigned not null auto_increment primary key,
  wishlist_id int unsigned not null default 0,
  product_id int unsigned not null default 0,
  store_id smallint unsigned,
  added_at timestamp null, --~ past
  description text, --~ text??
  qty decimal(12,4) not null, --~ int 1 5
  constraint fk_wi_wishlist foreign key (wishlist_id) references wishlist (wishlist_id) on delete cascade,
  constraint fk_wi_product foreign key (product_id) references catalog_product_entity (entity_id) on delete cascade,
  constraint fk_wi_store foreign key (store_id) references store (store_id)
);
create table vault_payment_token ( --~ 80
  entity_id int unsigned not null auto_increment primary key,
  customer_id int unsigned,
  public_hash varchar(128) not null unique, --~ hex 64
  payment_method_code varchar(128) not null, --~ pick card
  gateway_token varchar(255) not null, --~ hex 30
  expires_at timestamp null, --~ later
  details text, --~ json
  constraint fk_token_customer foreign key (customer_id) references customer_entity (entity_id) on delete cascade
);
create table oauth_token ( --~ 80
  entity_id int unsigned not null auto_increment primary key,
  admin_id int unsigned,
  customer_id int unsigned,
  type varchar(16) not null, --~ pick access request
  token varchar(32) not null unique, --~ hex 32
  secret varchar(128) not null, --~ hex 32
  created_at timestamp not null default current_timestamp, --~ past
  constraint fk_oauth_admin foreign key (admin_id) references admin_user (user_id) on delete cascade,
  constraint fk_oauth_customer foreign key (customer_id) references customer_entity (entity_id) on delete cascade
);
create table search_query ( --~ 60
  query_id int unsigned not null auto_increment primary key,
  query_text varchar(255), --~ words 2
  num_results int unsigned not null default 0, --~ int 0 90
  popularity int unsigned not null default 0 --~ int 0 90
);
create table core_config_data ( --~ 40
  config_id int unsigned not null auto_increment primary key,
  scope varchar(8) not null default 'default', --~ pick default stores
  path varchar(255) not null default 'general', --~ code web/
  value text --~ words 1
);
create table cron_schedule ( --~ 60
  schedule_id int unsigned not null auto_increment primary key,
  job_code varchar(255) not null default '0', --~ pick indexer sitemap
  status varchar(7) not null default 'pending', --~ pick pending success
  messages text, --~ words??
  scheduled_at timestamp null --~ past
)
