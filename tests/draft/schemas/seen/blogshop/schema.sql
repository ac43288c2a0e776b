-- A weblog with a shop, with the tables of WordPress and WooCommerce as they are publicly known: no foreign keys.
create table wp_users ( --~ 200 distinct
  ID bigint unsigned not null auto_increment primary key,
  user_login varchar(60) not null default '', --~ username
  user_pass varchar(255) not null default '', --~ crypt
  user_nicename varchar(50) not null default '', --~ username
  user_email varchar(100) not null default '', --~ email
  user_url varchar(100) not null default '', --~ url??
  user_registered datetime not null, --~ past
  user_activation_key varchar(255) not null default '', --~ hex??
  display_name varchar(250) not null default '' --~ full
);
create table wp_usermeta ( --~ 400
  umeta_id bigint unsigned not null auto_increment primary key,
  user_id bigint unsigned not null default 0, --~ ref wp_users.ID
  meta_key varchar(255), --~ pick first_name billing_phone session_tokens
  meta_value longtext, --~ words 1
  key user_id (user_id)
);
create table wp_posts ( --~ 150
  ID bigint unsigned not null auto_increment primary key,
  post_author bigint unsigned not null default 0, --~ ref wp_users.ID
  post_date datetime not null, --~ past
  post_content longtext not null, --~ text
  post_title text not null, --~ words 4
  post_status varchar(20) not null default 'publish', --~ pick publish draft
  post_parent bigint unsigned not null default 0, --~ ref0 wp_posts.ID
  guid varchar(255) not null default '', --~ url
  post_type varchar(20) not null default 'post' --~ pick post page
);
create table wp_postmeta ( --~ 300
  meta_id bigint unsigned not null auto_increment primary key,
  post_id bigint unsigned not null default 0, --~ ref wp_posts.ID
  meta_key varchar(255), --~ pick _edit_last _thumbnail_id
  meta_value longtext, --~ int 1 99
  key post_id (post_id)
);
create table wp_comments ( --~ 300
  comment_ID bigint unsigned not null auto_increment primary key,
  comment_post_ID bigint unsigned not null default 0, --~ ref wp_posts.ID
  comment_author tinytext not null, --~ full
  comment_author_email varchar(100) not null default '', --~ email
  comment_author_url varchar(200) not null default '', --~ url??
  comment_author_IP varchar(100) not null default '', --~ ip
  comment_date datetime not null, --~ past
  comment_content text not null, --~ text
  comment_approved varchar(20) not null default '1', --~ pick 0 1 spam
  comment_parent bigint unsigned not null default 0, --~ ref0 wp_comments.comment_ID
  user_id bigint unsigned not null default 0, --~ ref0 wp_users.ID
  key comment_post_ID (comment_post_ID)
);
create table wp_commentmeta ( --~ 60
  meta_id bigint unsigned not null auto_increment primary key,
  comment_id bigint unsigned not null default 0, --~ ref wp_comments.comment_ID
  meta_key varchar(255), --~ pick rating verified
  meta_value longtext --~ int 1 5
);
create table wp_terms ( --~ 20
  term_id bigint unsigned not null auto_increment primary key,
  name varchar(200) not null default '', --~ words 1
  slug varchar(200) not null default '' --~ words 1
);
create table wp_term_relationships ( --~ 150
  object_id bigint unsigned not null default 0, --~ ref wp_posts.ID
  term_taxonomy_id bigint unsigned not null default 0, --~ ref wp_terms.term_id
  primary key (object_id, term_taxonomy_id)
);
create table wp_options ( --~ 50
  option_id bigint unsigned not null auto_increment primary key,
  option_name varchar(191) not null default '', --~ code opt
  option_value longtext not null --~ words 1
);
create table wp_wc_customer_lookup ( --~ 220 distinct
  customer_id bigint unsigned not null auto_increment primary key,
  user_id bigint unsigned, --~ ref? wp_users.ID
  username varchar(60) not null default '', --~ username?
  first_name varchar(255) not null, --~ first
  last_name varchar(255) not null, --~ last
  email varchar(100), --~ email
  date_last_active timestamp null, --~ past
  postcode varchar(20) not null default '', --~ postcode
  city varchar(100) not null default '' --~ town
);
create table wp_wc_orders ( --~ 280
  id bigint unsigned not null primary key,
  status varchar(20), --~ pick wc-processing wc-completed
  currency varchar(10), --~ lit EUR
  total_amount decimal(26,8), --~ money
  customer_id bigint unsigned, --~ ref0 wp_users.ID
  billing_email varchar(320), --~ email
  date_created_gmt datetime, --~ past
  parent_order_id bigint unsigned, --~ lit 0
  payment_method varchar(100), --~ pick card transfer
  transaction_id varchar(100), --~ hex? 16
  ip_address varchar(100), --~ ip
  user_agent text, --~ agent
  customer_note text --~ words??
);
create table wp_wc_order_addresses ( --~ 500
  id bigint unsigned not null auto_increment primary key,
  order_id bigint unsigned not null, --~ ref wp_wc_orders.id
  address_type varchar(20), --~ pick billing shipping
  first_name text, --~ first
  last_name text, --~ last
  company text, --~ company??
  address_1 text, --~ street
  city text, --~ town
  postcode text, --~ postcode
  country text, --~ country
  email varchar(320), --~ email?
  phone varchar(100) --~ phone?
);
create table wp_woocommerce_order_items ( --~ 500
  order_item_id bigint unsigned not null auto_increment primary key,
  order_item_name text not null, --~ words 3
  order_item_type varchar(200) not null default '', --~ pick line_item shipping
  order_id bigint unsigned not null --~ ref wp_wc_orders.id
);
create table wp_woocommerce_order_itemmeta ( --~ 600
  meta_id bigint unsigned not null auto_increment primary key,
  order_item_id bigint unsigned not null, --~ ref wp_woocommerce_order_items.order_item_id
  meta_key varchar(255), --~ pick _qty _line_total
  meta_value longtext --~ int 1 99
);
create table wp_woocommerce_sessions ( --~ 60
  session_id bigint unsigned not null auto_increment primary key,
  session_key char(32) not null unique, --~ hex 32
  session_value longtext not null, --~ json
  session_expiry bigint unsigned not null --~ epoch
);
create table wp_woocommerce_payment_tokens ( --~ 60
  token_id bigint unsigned not null auto_increment primary key,
  gateway_id varchar(200) not null, --~ lit stripe
  token text not null, --~ hex 24
  user_id bigint unsigned not null default 0, --~ ref wp_users.ID
  is_default tinyint(1) not null default 0 --~ int 0 1
);
create table wp_woocommerce_tax_rates ( --~ 5
  tax_rate_id bigint unsigned not null auto_increment primary key,
  tax_rate_country varchar(2) not null default '', --~ pick IE GB
  tax_rate varchar(8) not null default '' --~ int 0 23
)
