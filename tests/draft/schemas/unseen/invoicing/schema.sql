-- Invoices for many small firms, with the tables of Invoice Ninja as they are publicly known, in PostgreSQL.
create table countries ( --~ 4
  id serial primary key,
  iso_3166_2 varchar(2) not null, --~ nth IE GB PT MT
  name varchar(255) not null --~ nth Ireland United_Kingdom Portugal Malta
);
create table currencies ( --~ 3
  id serial primary key,
  code varchar(3) not null, --~ nth EUR GBP USD
  name varchar(255) not null --~ nth Euro Pound Dollar
);
create table payment_types ( --~ 4
  id serial primary key,
  name varchar(255) not null --~ nth Cash Transfer Card Cheque
);
create table accounts ( --~ 10
  id serial primary key,
  plan varchar(20), --~ pick? pro enterprise
  plan_expires date, --~ later?
  latest_version varchar(20), --~ lit 5.8
  referral_code varchar(32), --~ hex?? 8
  created_at timestamp --~ past
);
create table companies ( --~ 14 distinct
  id serial primary key,
  account_id integer not null references accounts (id) on delete cascade,
  company_key varchar(100) not null unique, --~ hex 32
  subdomain varchar(100), --~ code? co
  portal_domain varchar(191), --~ url?
  settings text, --~ json
  is_disabled boolean not null default false,
  created_at timestamp --~ past
);
create table users ( --~ 40 distinct
  id serial primary key,
  account_id integer not null references accounts (id) on delete cascade,
  first_name varchar(255), --~ first
  last_name varchar(255), --~ last
  phone varchar(255), --~ phone?
  ip varchar(50), --~ ip
  email varchar(100) not null unique, --~ email
  email_verified_at timestamp, --~ past?
  confirmation_code varchar(255), --~ hex?? 20
  last_login timestamp, --~ past?
  signature text, --~ words??
  password varchar(255), --~ crypt
  remember_token varchar(100), --~ hex? 40
  google_2fa_secret text, --~ hex?? 16
  created_at timestamp, --~ past
  deleted_at timestamp --~ later??
);
create table company_user ( --~ 60
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  account_id integer not null, --~ ref accounts.id
  user_id integer not null references users (id) on delete cascade,
  permissions text, --~ pick? view_all create_invoice
  is_owner boolean not null default false,
  is_admin boolean not null default false,
  created_at timestamp --~ past
);
create table company_tokens ( --~ 50
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  account_id integer not null, --~ ref accounts.id
  user_id integer not null references users (id) on delete cascade,
  token varchar(255), --~ hex 64
  name varchar(255), --~ words 1
  created_at timestamp --~ past
);
create table clients ( --~ 140 distinct
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  assigned_user_id integer, --~ ref? users.id
  name varchar(255), --~ company
  website varchar(255), --~ url?
  private_notes text, --~ words?
  public_notes text, --~ words??
  phone varchar(255), --~ phone?
  balance numeric(20,6) not null default 0, --~ money
  currency_id integer references currencies (id),
  address1 varchar(255), --~ street
  address2 varchar(255), --~ street??
  city varchar(255), --~ town
  postal_code varchar(255), --~ postcode
  country_id integer references countries (id),
  vat_number varchar(255), --~ vat?
  id_number varchar(255), --~ code? C
  number varchar(255), --~ code 00
  created_at timestamp, --~ past
  updated_at timestamp, --~ later
  deleted_at timestamp --~ later??
);
create table client_contacts ( --~ 220 distinct
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  client_id integer not null references clients (id) on delete cascade,
  user_id integer not null, --~ ref users.id
  first_name varchar(255), --~ first
  last_name varchar(255), --~ last
  phone varchar(255), --~ phone?
  email varchar(100), --~ email
  email_verified_at timestamp, --~ past??
  is_primary boolean not null default false,
  password varchar(255), --~ crypt?
  contact_key varchar(255), --~ hex 32
  last_login timestamp, --~ past?
  created_at timestamp, --~ past
  deleted_at timestamp --~ later??
);
create table client_gateway_tokens ( --~ 50
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  client_id integer, --~ ref clients.id
  token text, --~ hex 24
  routing_number text, --~ int?? 100000 999999
  meta text, --~ json
  created_at timestamp --~ past
);
create table vendors ( --~ 40 distinct
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  assigned_user_id integer, --~ ref? users.id
  name varchar(255), --~ company
  phone varchar(255), --~ phone?
  address1 varchar(255), --~ street
  city varchar(255), --~ town
  postal_code varchar(255), --~ postcode
  country_id integer references countries (id),
  vat_number varchar(255), --~ vat?
  deleted_at timestamp --~ later??
);
create table vendor_contacts ( --~ 50 distinct
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  vendor_id integer not null references vendors (id) on delete cascade,
  first_name varchar(255), --~ first
  last_name varchar(255), --~ last
  email varchar(100), --~ email
  phone varchar(255), --~ phone?
  is_primary boolean not null default false
);
create table products ( --~ 50
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  product_key varchar(255), --~ code P
  notes text, --~ words
  cost numeric(20,6), --~ money
  price numeric(20,6) --~ money
);
create table projects ( --~ 60
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  assigned_user_id integer, --~ ref? users.id
  client_id integer, --~ ref clients.id
  name varchar(255) not null, --~ words
  budgeted_hours numeric(20,6), --~ int 1 90
  due_date date --~ later?
);
create table recurring_invoices ( --~ 40
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  client_id integer not null references clients (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  frequency_id integer not null, --~ int 1 9
  amount numeric(20,6), --~ money
  next_send_date timestamp --~ later?
);
create table invoices ( --~ 350
  id serial primary key,
  client_id integer not null references clients (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  assigned_user_id integer, --~ ref? users.id
  company_id integer not null references companies (id) on delete cascade,
  project_id integer, --~ ref?? projects.id
  recurring_id integer, --~ ref?? recurring_invoices.id
  status_id integer not null, --~ int 1 6
  number varchar(255), --~ code INV
  po_number varchar(255), --~ code?? PO
  date date, --~ past
  due_date date, --~ later
  line_items text, --~ json
  public_notes text, --~ words?
  amount numeric(20,6) not null, --~ money
  balance numeric(20,6) not null, --~ money
  created_at timestamp, --~ past
  deleted_at timestamp --~ later??
);
create table invoice_invitations ( --~ 400
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  client_contact_id integer not null references client_contacts (id) on delete cascade,
  invoice_id integer not null references invoices (id) on delete cascade,
  key varchar(255) not null, --~ hex 32
  message_id varchar(255), --~ hex? 20
  email_error text, --~ words??
  signature_base64 text, --~ hex?? 64
  sent_date timestamp, --~ past?
  viewed_date timestamp --~ later?
);
create table quotes ( --~ 150
  id serial primary key,
  client_id integer not null references clients (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  company_id integer not null references companies (id) on delete cascade,
  invoice_id integer, --~ ref?? invoices.id
  number varchar(255), --~ code Q
  date date, --~ past
  amount numeric(20,6), --~ money
  line_items text --~ json
);
create table credits ( --~ 40
  id serial primary key,
  client_id integer not null references clients (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  company_id integer not null references companies (id) on delete cascade,
  invoice_id integer, --~ ref? invoices.id
  number varchar(255), --~ code CR
  amount numeric(20,6) --~ money
);
create table payments ( --~ 300
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  client_id integer not null references clients (id) on delete cascade,
  client_contact_id integer, --~ ref? client_contacts.id
  user_id integer, --~ ref? users.id
  type_id integer references payment_types (id),
  amount numeric(20,6) not null, --~ money
  date date, --~ past
  transaction_reference varchar(255), --~ hex? 16
  payer_id varchar(255), --~ hex?? 12
  currency_id integer references currencies (id)
);
create table paymentables ( --~ 320
  id serial primary key,
  payment_id integer not null references payments (id) on delete cascade,
  paymentable_id integer not null, --~ ref invoices.id
  paymentable_type varchar(255) not null, --~ lit invoices
  amount numeric(16,4) not null --~ money
);
create table expense_categories ( --~ 6
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  name varchar(255) --~ nth Travel Rent Tools Phones Post Food
);
create table expenses ( --~ 150
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer not null references users (id) on delete cascade,
  vendor_id integer, --~ ref? vendors.id
  client_id integer, --~ ref?? clients.id
  invoice_id integer, --~ ref?? invoices.id
  category_id integer, --~ ref? expense_categories.id
  amount numeric(20,6) not null, --~ money
  date date, --~ past
  private_notes text --~ words?
);
create table tasks ( --~ 200
  id serial primary key,
  user_id integer not null references users (id) on delete cascade,
  assigned_user_id integer, --~ ref? users.id
  company_id integer not null references companies (id) on delete cascade,
  client_id integer, --~ ref? clients.id
  invoice_id integer, --~ ref?? invoices.id
  project_id integer, --~ ref? projects.id
  description text, --~ text
  time_log text, --~ json
  created_at timestamp --~ past
);
create table documents ( --~ 100
  id serial primary key,
  user_id integer not null, --~ ref users.id
  company_id integer not null references companies (id) on delete cascade,
  documentable_id integer not null, --~ ref invoices.id
  documentable_type varchar(255) not null, --~ lit invoices
  url varchar(255), --~ path documents pdf
  name varchar(255), --~ code scan
  hash varchar(100), --~ hex 40
  size integer, --~ int 900 90000
  created_at timestamp --~ past
);
create table activities ( --~ 400
  id serial primary key,
  user_id integer, --~ ref? users.id
  company_id integer not null references companies (id) on delete cascade,
  client_id integer, --~ ref? clients.id
  client_contact_id integer, --~ ref? client_contacts.id
  account_id integer, --~ ref?? accounts.id
  invoice_id integer, --~ ref? invoices.id
  payment_id integer, --~ ref?? payments.id
  activity_type_id integer, --~ int 1 40
  ip varchar(50), --~ ip
  notes text, --~ words??
  created_at timestamp --~ past
);
create table system_logs ( --~ 150
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  user_id integer, --~ ref? users.id
  client_id integer, --~ ref? clients.id
  category_id integer, --~ int 1 4
  log text, --~ json
  created_at timestamp --~ past
);
create table tax_rates ( --~ 5
  id serial primary key,
  company_id integer not null references companies (id) on delete cascade,
  name varchar(100) not null, --~ nth VAT Reduced Zero Second Exempt
  rate numeric(13,3) not null --~ int 0 25
);
create table migrations ( --~ 40
  id serial primary key,
  migration varchar(255) not null, --~ code 2020_
  batch integer not null --~ int 1 4
);
create table jobs ( --~ 30
  id serial primary key,
  queue varchar(191) not null, --~ lit default
  payload text not null, --~ json
  attempts smallint not null --~ int 0 3
)
