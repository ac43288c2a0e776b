-- A small telephone switch, with the tables of Asterisk and of a billing system on top, as they are publicly known.
create table cc_card ( --~ 150 distinct
  id bigint not null auto_increment primary key,
  creationdate timestamp not null default current_timestamp, --~ past
  expirationdate timestamp null, --~ later??
  username varchar(50) not null unique, --~ code 88
  useralias varchar(50) not null, --~ username
  uipass varchar(50) not null, --~ hex 12
  credit decimal(15,5) not null default 0, --~ money
  firstname varchar(50) not null default '', --~ first
  lastname varchar(50) not null default '', --~ last
  address varchar(100) not null default '', --~ street
  city varchar(40) not null default '', --~ town
  zipcode varchar(20) not null default '', --~ postcode
  phone varchar(20) not null default '', --~ phone e164
  email varchar(70) not null default '', --~ email
  id_group int not null default 1, --~ int 1 3
  company_name varchar(50), --~ company?
  vat varchar(6) --~ int? 0 23
);
create table cc_card_group ( --~ 3
  id int not null auto_increment primary key,
  name varchar(50) --~ nth default trade test
);
create table cc_callerid ( --~ 170
  id bigint not null auto_increment primary key,
  cid varchar(100) not null, --~ phone e164
  id_cc_card bigint not null, --~ ref cc_card.id
  activated char(1) not null default 't' --~ pick t f
);
create table cc_call ( --~ 500
  id bigint not null auto_increment primary key,
  sessionid varchar(40) not null, --~ hex 20
  uniqueid varchar(30) not null, --~ hex 16
  card_id bigint not null, --~ ref cc_card.id
  starttime timestamp not null default current_timestamp, --~ past
  stoptime timestamp null, --~ later
  sessiontime int, --~ int 0 1800
  calledstation varchar(100) not null, --~ phone e164
  src varchar(40) not null, --~ phone e164
  sessionbill float, --~ money
  id_tariffgroup int --~ int 1 3
);
create table cc_payments ( --~ 200
  id bigint not null auto_increment primary key,
  date timestamp not null default current_timestamp, --~ past
  payment decimal(15,5) not null, --~ money
  card_id bigint not null, --~ ref cc_card.id
  description mediumtext --~ words?
);
create table cc_did ( --~ 60
  id bigint not null auto_increment primary key,
  iduser bigint not null default 0, --~ ref0 cc_card.id
  did varchar(50) not null unique, --~ seq 353155501
  activated int not null default 1, --~ int 0 1
  startingdate timestamp null, --~ past
  expirationdate timestamp null --~ later??
);
create table cc_tariffgroup ( --~ 3
  id int not null auto_increment primary key,
  tariffgroupname varchar(50) not null --~ nth Home Trade Flat
);
create table cc_ui_authen ( --~ 5 distinct
  userid bigint not null auto_increment primary key,
  login varchar(50) not null unique, --~ username
  pwd_encoded varchar(250) not null, --~ hex 64
  name varchar(50), --~ full
  email varchar(70), --~ email
  phone varchar(30), --~ phone? e164
  datecreation timestamp not null default current_timestamp --~ past
);
create table cc_system_log ( --~ 200
  id int not null auto_increment primary key,
  iduser int not null default 0, --~ ref cc_ui_authen.userid
  loglevel int not null default 0, --~ int 1 3
  action text not null, --~ pick login update
  data blob, --~ words
  ipaddress varchar(255), --~ ip
  creationdate timestamp not null default current_timestamp --~ past
);
create table ps_endpoints ( --~ 80 distinct
  id varchar(40) not null primary key, --~ seq 200
  transport varchar(40), --~ pick udp tls
  aors varchar(200), --~ seq 200
  auth varchar(40), --~ seq 200
  context varchar(40), --~ lit internal
  callerid varchar(40), --~ full
  mailboxes varchar(40) --~ code box
);
create table ps_auths ( --~ 80
  id varchar(40) not null primary key, --~ seq 200
  auth_type varchar(20), --~ lit userpass
  password varchar(80), --~ hex 12
  username varchar(40) --~ seq 200
);
create table voicemail_users ( --~ 60 distinct
  uniqueid int not null auto_increment primary key,
  mailbox varchar(11) not null default '0', --~ seq 200
  password varchar(10) not null default '0', --~ int 1000 9999
  fullname varchar(150) not null default '', --~ full
  email varchar(50) not null default '', --~ email
  stamp timestamp not null default current_timestamp --~ past
);
create table cdr ( --~ 600
  calldate datetime not null, --~ past
  clid varchar(80) not null default '', --~ emails
  src varchar(80) not null default '', --~ sip
  dst varchar(80) not null default '', --~ sip
  dcontext varchar(80) not null default '', --~ lit internal
  channel varchar(80) not null default '', --~ code PJSIP/
  duration int not null default 0, --~ int 0 1800
  billsec int not null default 0, --~ int 0 1800
  disposition varchar(45) not null default '', --~ pick ANSWERED BUSY
  accountcode varchar(20) not null default '', --~ ref? cc_card.username
  uniqueid varchar(32) not null default '', --~ hex 16
  recordingfile varchar(255) not null default '' --~ path? monitor wav
);
create table queue_log ( --~ 200
  id int unsigned not null auto_increment primary key,
  time varchar(32), --~ past
  callid char(64), --~ hex 16
  queuename char(64), --~ pick sales support
  agent char(64), --~ code PJSIP/
  event char(32), --~ pick CONNECT ABANDON
  data1 char(64) --~ int 0 90
);
create table alembic_version ( --~ 2
  version_num varchar(32) not null primary key --~ hex 12
)
