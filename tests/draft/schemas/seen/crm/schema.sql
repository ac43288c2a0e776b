-- A small firm's customer relations, in two schemas: the office's own tables, and what the mailing tool left behind.
create schema crm;
create schema mailing;
create table crm.app_user ( --~ 8 distinct
  id integer primary key,
  user_name varchar(60) not null unique, --~ username
  user_hash varchar(255), --~ crypt
  first_name varchar(255), --~ first
  last_name varchar(255), --~ last
  title varchar(50), --~ pick Sales Support Director
  email varchar(254) not null, --~ email
  phone_mobile varchar(50), --~ mobile?
  reports_to_id integer references crm.app_user (id), --~ ref? crm.app_user.id
  status varchar(20) default 'active', --~ pick active inactive
  last_login timestamptz --~ past
);
create table crm.account ( --~ 80
  id integer primary key,
  name varchar(150) not null, --~ company
  industry varchar(50), --~ pick Retail Building Health
  website varchar(255), --~ url?
  phone_office varchar(50), --~ phone?
  billing_address_street varchar(150), --~ street
  billing_address_city varchar(100), --~ town
  billing_address_postalcode varchar(20), --~ postcode
  vat_number varchar(20), --~ vat?
  assigned_user_id integer references crm.app_user (id),
  customer_since date, --~ past
  customer_until date, --~ later??
  created_at timestamptz not null default now(), --~ past
  deleted boolean not null default false
);
create table crm.contact ( --~ 220 distinct
  id integer primary key,
  account_id integer references crm.account (id),
  salutation varchar(20), --~ pick Mr Ms Dr
  first_name varchar(100), --~ first
  last_name varchar(100) not null, --~ last
  job_title varchar(100), --~ pick Owner Bookkeeper Manager
  email varchar(254), --~ Email?
  phone_work varchar(50), --~ phone
  phone_mobile varchar(50), --~ mobile?
  birthdate date, --~ born??
  primary_address_street varchar(150), --~ street?
  primary_address_city varchar(100), --~ town?
  do_not_call boolean default false,
  description text, --~ text?
  assigned_user_id integer references crm.app_user (id),
  created_at timestamptz not null, --~ past
  deleted_at timestamptz --~ later??
);
create table crm.lead ( --~ 120 distinct
  id integer primary key,
  first_name varchar(100), --~ first
  last_name varchar(100), --~ last
  company varchar(150), --~ company?
  email varchar(254), --~ email
  phone varchar(50), --~ phone?
  lead_source varchar(40), --~ pick web fair referral
  status varchar(40), --~ pick new working dead
  converted_contact_id integer references crm.contact (id),
  assigned_user_id integer references crm.app_user (id),
  created_at timestamptz not null --~ past
);
create table crm.product ( --~ 30
  id integer primary key,
  sku varchar(40) unique, --~ code SKU
  name varchar(150) not null, --~ words
  list_price numeric(12,2) --~ money
);
create table crm.sales_stage ( --~ 5
  id integer primary key,
  name varchar(40) not null, --~ nth Prospecting Proposal Negotiation Won Lost
  probability integer --~ int 0 100
);
create table crm.opportunity ( --~ 150
  id integer primary key,
  account_id integer not null references crm.account (id),
  name varchar(150), --~ words
  amount numeric(12,2), --~ money
  stage_id integer not null references crm.sales_stage (id),
  close_date date, --~ past
  assigned_user_id integer references crm.app_user (id)
);
create table crm.opportunity_contact ( --~ 200
  opportunity_id integer not null references crm.opportunity (id),
  contact_id integer not null references crm.contact (id),
  contact_role varchar(50), --~ pick decides pays
  primary key (opportunity_id, contact_id)
);
create table crm.quote ( --~ 150
  id integer primary key,
  quote_number varchar(20) not null, --~ code Q
  opportunity_id integer references crm.opportunity (id),
  billing_contact_id integer not null references crm.contact (id),
  valid_until date, --~ later
  total numeric(12,2) --~ money
);
create table crm.quote_line ( --~ 300
  id integer primary key,
  quote_id integer not null references crm.quote (id),
  product_id integer references crm.product (id),
  quantity integer, --~ int 1 9
  unit_price numeric(12,2) --~ money
);
create table crm.call ( --~ 250
  id integer primary key,
  subject varchar(150), --~ words
  direction varchar(10), --~ pick inbound outbound
  caller_number varchar(50), --~ phone e164
  contact_id integer references crm.contact (id),
  user_id integer not null references crm.app_user (id),
  started_at timestamptz, --~ past
  duration_seconds integer --~ int 5 3000
);
create table crm.note ( --~ 200
  id integer primary key,
  parent_type varchar(20) not null, --~ pick contact account lead
  parent_id integer not null, --~ ref crm.contact.id
  body text, --~ text
  file_name varchar(255), --~ path? notes pdf
  created_by integer references crm.app_user (id),
  created_at timestamptz --~ past
);
create table crm.audit_log ( --~ 300
  id bigint primary key,
  user_id integer, --~ ref crm.app_user.id
  entity varchar(40), --~ pick contact account
  entity_id integer, --~ ref crm.contact.id
  field_name varchar(60), --~ pick email phone
  before_value text, --~ words?
  after_value text, --~ words?
  changed_at timestamptz not null --~ past
);
create table crm.schema_migrations ( --~ 20
  version varchar(30) primary key, --~ code 2021
  applied_at timestamptz --~ past
);
create table mailing.list ( --~ 4
  id integer primary key,
  name varchar(100) not null, --~ nth News Offers Outages Trade
  created_at timestamptz --~ past
);
create table mailing.subscriber ( --~ 180 distinct
  id integer primary key,
  list_id integer not null references mailing.list (id),
  email_address varchar(254) not null, --~ email
  full_name varchar(200), --~ full?
  source varchar(40), --~ pick fair shop web
  subscribed_at timestamptz not null, --~ past
  unsubscribed_at timestamptz --~ later??
);
create table mailing.campaign ( --~ 12
  id integer primary key,
  list_id integer not null references mailing.list (id),
  subject varchar(200), --~ words
  sent_at timestamptz --~ past
);
create table mailing.delivery ( --~ 400
  id bigint primary key,
  campaign_id integer not null references mailing.campaign (id),
  recipient varchar(254) not null, --~ email
  opened_at timestamptz, --~ later?
  opened_ip inet, --~ ip?
  bounced boolean default false
)
