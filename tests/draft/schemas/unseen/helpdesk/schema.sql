-- A helpdesk, with the tables of Zammad as they are publicly known.
create table permissions ( --~ 12
  id serial primary key,
  name varchar(255) not null, --~ code ticket.
  note varchar(500), --~ words
  active boolean not null default true
);
create table roles ( --~ 3
  id serial primary key,
  name varchar(100) not null unique, --~ nth Admin Agent Customer
  note varchar(250), --~ words
  active boolean not null default true
);
create table organizations ( --~ 40
  id serial primary key,
  name varchar(100) not null, --~ company
  domain varchar(250), --~ lit larkfield.example
  shared boolean not null default true,
  vip boolean default false,
  note varchar(5000) default '', --~ words?
  active boolean not null default true,
  updated_by_id integer not null, --~ int 1 8
  created_by_id integer not null, --~ int 1 8
  created_at timestamp(3) not null --~ past
);
create table users ( --~ 300 distinct
  id serial primary key,
  organization_id integer references organizations (id),
  login varchar(255) not null unique, --~ email
  firstname varchar(100) default '', --~ first
  lastname varchar(100) default '', --~ last
  email varchar(255) default '', --~ email
  image varchar(100), --~ hex?? 32
  web varchar(100) default '', --~ url??
  password varchar(120), --~ crypt?
  phone varchar(100) default '', --~ phone?
  fax varchar(100) default '', --~ phone??
  mobile varchar(100) default '', --~ mobile?
  department varchar(200) default '', --~ pick? Accounts Stores
  street varchar(120) default '', --~ street??
  zip varchar(100) default '', --~ postcode??
  city varchar(100) default '', --~ town??
  country varchar(100) default '', --~ country??
  address varchar(500) default '', --~ street??
  vip boolean default false,
  verified boolean not null default false,
  active boolean not null default true,
  note varchar(5000) default '', --~ words??
  last_login timestamp(3), --~ past?
  source varchar(200), --~ pick? email web
  login_failed integer not null default 0, --~ int 0 2
  out_of_office boolean not null default false,
  out_of_office_replacement_id integer references users (id), --~ ref?? users.id
  preferences varchar(8000), --~ json
  updated_by_id integer not null references users (id), --~ lit 1
  created_by_id integer not null references users (id), --~ lit 1
  created_at timestamp(3) not null, --~ past
  updated_at timestamp(3) not null --~ later
);
create table roles_users ( --~ 300
  user_id integer not null references users (id),
  role_id integer not null references roles (id)
);
create table organizations_users ( --~ 60
  user_id integer references users (id),
  organization_id integer references organizations (id)
);
create table tokens ( --~ 80
  id serial primary key,
  user_id integer not null references users (id),
  persistent boolean,
  name varchar(100) not null, --~ hex 40
  action varchar(40) not null, --~ pick api PasswordReset
  label varchar(255), --~ words? 1
  last_used_at timestamp(3), --~ past?
  created_at timestamp(3) not null --~ past
);
create table authorizations ( --~ 60
  id serial primary key,
  provider varchar(250) not null, --~ pick google saml
  uid varchar(250) not null, --~ email
  token varchar(2500), --~ hex 60
  username varchar(250), --~ username
  user_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table avatars ( --~ 80
  id serial primary key,
  o_id integer not null, --~ ref users.id
  object_lookup_id integer not null, --~ lit 1
  "default" boolean not null default false,
  source varchar(100) not null, --~ pick upload gravatar
  store_full_id integer, --~ int? 1 90
  store_hash varchar(32), --~ hex? 32
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table user_devices ( --~ 150
  id serial primary key,
  user_id integer not null references users (id),
  name varchar(250) not null, --~ pick Linux,_Firefox Mac,_Safari
  os varchar(150), --~ pick Linux Mac
  browser varchar(250), --~ pick Firefox Safari
  location varchar(150), --~ town
  ip varchar(160), --~ ip
  fingerprint varchar(160), --~ hex 40
  created_at timestamp(3) not null --~ past
);
create table sessions ( --~ 120
  id serial primary key,
  session_id varchar(255) not null, --~ hex 32
  persistent boolean,
  data text, --~ json
  created_at timestamp(3) not null --~ past
);
create table email_addresses ( --~ 3
  id serial primary key,
  channel_id integer, --~ int 1 3
  name varchar(250) not null, --~ nth Support Sales Billing
  email varchar(250) not null, --~ nth support@larkfield.example sales@larkfield.example bills@larkfield.example
  active boolean not null default true
);
create table signatures ( --~ 2
  id serial primary key,
  name varchar(100) not null, --~ nth default short
  body varchar(500) --~ words 6
);
create table groups ( --~ 4
  id serial primary key,
  signature_id integer references signatures (id),
  email_address_id integer references email_addresses (id),
  name varchar(160) not null, --~ nth Users Sales Second_Line Billing
  active boolean not null default true
);
create table groups_users ( --~ 40
  user_id integer not null references users (id),
  group_id integer not null references groups (id),
  access varchar(50) not null default 'full' --~ pick full read
);
create table ticket_state_types ( --~ 5
  id serial primary key,
  name varchar(250) not null --~ nth new open closed pending merged
);
create table ticket_states ( --~ 6
  id serial primary key,
  state_type_id integer not null references ticket_state_types (id),
  name varchar(250) not null --~ nth new open waiting closed merged removed
);
create table ticket_priorities ( --~ 3
  id serial primary key,
  name varchar(250) not null --~ nth low normal high
);
create table ticket_article_types ( --~ 5
  id serial primary key,
  name varchar(250) not null, --~ nth email phone note web sms
  communication boolean not null
);
create table ticket_article_senders ( --~ 3
  id serial primary key,
  name varchar(250) not null --~ nth Agent Customer System
);
create table tickets ( --~ 400
  id serial primary key,
  group_id integer not null references groups (id),
  priority_id integer not null references ticket_priorities (id),
  state_id integer not null references ticket_states (id),
  organization_id integer references organizations (id),
  number varchar(60) not null, --~ code 48
  title varchar(250) not null, --~ words 5
  owner_id integer not null references users (id), --~ int 1 8
  customer_id integer not null references users (id),
  note varchar(250), --~ words??
  article_count integer, --~ int 1 9
  close_at timestamp(3), --~ later?
  pending_time timestamp(3), --~ later??
  preferences text, --~ json
  updated_by_id integer not null references users (id), --~ int 1 8
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null, --~ past
  updated_at timestamp(3) not null --~ later
);
create table ticket_articles ( --~ 700
  id serial primary key,
  ticket_id integer not null references tickets (id),
  type_id integer not null references ticket_article_types (id),
  sender_id integer not null references ticket_article_senders (id),
  "from" varchar(3000), --~ emails
  "to" varchar(3000), --~ emails?
  cc varchar(3000), --~ emails??
  subject varchar(3000), --~ words? 4
  reply_to varchar(300), --~ email??
  message_id varchar(3000), --~ hex? 30
  content_type varchar(20) not null default 'text/plain', --~ lit text/plain
  body text not null, --~ text
  internal boolean not null default false,
  preferences text, --~ json
  origin_by_id integer references users (id), --~ ref?? users.id
  updated_by_id integer not null references users (id), --~ int 1 8
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table ticket_time_accountings ( --~ 150
  id serial primary key,
  ticket_id integer not null references tickets (id),
  ticket_article_id integer references ticket_articles (id),
  time_unit numeric(6,2) not null, --~ int 5 90
  created_by_id integer not null references users (id), --~ int 1 8
  created_at timestamp(3) not null --~ past
);
create table ticket_shared_draft_starts ( --~ 20
  id serial primary key,
  group_id integer not null references groups (id),
  created_by_id integer not null references users (id), --~ int 1 8
  name varchar(250), --~ words
  content jsonb, --~ json
  created_at timestamp(3) not null --~ past
);
create table links ( --~ 40
  id serial primary key,
  link_type_id integer not null, --~ int 1 3
  link_object_source_id integer not null, --~ lit 1
  link_object_source_value integer not null, --~ ref tickets.id
  link_object_target_value integer not null, --~ ref tickets.id
  created_at timestamp(3) not null --~ past
);
create table mentions ( --~ 60
  id serial primary key,
  mentionable_type varchar(255) not null, --~ lit Ticket
  mentionable_id bigint not null, --~ ref tickets.id
  user_id integer not null references users (id),
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table online_notifications ( --~ 200
  id serial primary key,
  o_id integer not null, --~ ref tickets.id
  object_lookup_id integer not null, --~ lit 2
  type_lookup_id integer not null, --~ int 1 4
  user_id integer not null references users (id),
  seen boolean not null default false,
  created_by_id integer not null references users (id), --~ int 1 8
  created_at timestamp(3) not null --~ past
);
create table recent_views ( --~ 150
  id serial primary key,
  recent_view_object_id integer not null, --~ lit 2
  o_id integer not null, --~ ref tickets.id
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table history_types ( --~ 5
  id serial primary key,
  name varchar(250) not null unique --~ nth created updated email notification removed
);
create table histories ( --~ 500
  id serial primary key,
  history_type_id integer not null references history_types (id),
  history_object_id integer not null, --~ int 1 3
  o_id integer not null, --~ ref tickets.id
  id_from integer, --~ int? 1 6
  id_to integer, --~ int? 1 6
  value_from varchar(500), --~ pick? open new
  value_to varchar(500), --~ pick? open closed
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table store_files ( --~ 60
  id serial primary key,
  sha varchar(128) not null unique, --~ hex 64
  provider varchar(20) --~ lit DB
);
create table stores ( --~ 90
  id serial primary key,
  store_object_id integer not null, --~ lit 1
  store_file_id integer not null references store_files (id),
  o_id bigint not null, --~ ref ticket_articles.id
  preferences varchar(2500), --~ json
  size varchar(50), --~ int 900 90000
  filename varchar(250) not null, --~ path files pdf
  created_by_id integer not null references users (id),
  created_at timestamp(3) not null --~ past
);
create table cti_logs ( --~ 250
  id serial primary key,
  direction varchar(20), --~ pick in out
  state varchar(20), --~ pick hangup answer
  "from" varchar(100), --~ phone plain
  from_comment varchar(250), --~ full?
  "to" varchar(100), --~ phone plain
  to_comment varchar(250), --~ pick? Support Sales
  queue varchar(250), --~ pick? main
  call_id varchar(250) not null unique, --~ hex 20
  initialized_at timestamp(3), --~ past
  duration_talking_time integer, --~ int 5 900
  created_at timestamp(3) not null --~ past
);
create table cti_caller_ids ( --~ 200
  id serial primary key,
  caller_id varchar(100) not null, --~ phone plain
  comment varchar(500), --~ words??
  level varchar(100) not null, --~ pick known maybe
  object varchar(100) not null, --~ pick User
  o_id integer not null, --~ ref users.id
  user_id integer references users (id),
  created_at timestamp(3) not null --~ past
);
create table tags ( --~ 120
  id serial primary key,
  tag_item_id integer not null, --~ int 1 9
  tag_object_id integer not null, --~ lit 1
  o_id integer not null, --~ ref tickets.id
  created_by_id integer not null references users (id), --~ int 1 8
  created_at timestamp(3) not null --~ past
);
create table macros ( --~ 6
  id serial primary key,
  name varchar(250), --~ words 2
  perform text, --~ json
  active boolean not null default true
);
create table schema_migrations ( --~ 40
  version varchar(255) not null primary key --~ code 2024
)
