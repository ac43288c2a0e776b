-- A telephone exchange, with the tables of FusionPBX as they are publicly known: keys are UUIDs, no foreign keys at all.
create table v_domains ( --~ 12 distinct
  domain_uuid uuid primary key,
  domain_parent_uuid uuid, --~ uuid??
  domain_name text, --~ url
  domain_enabled text, --~ pick true false
  domain_description text --~ company
);
create table v_groups ( --~ 4
  group_uuid uuid primary key,
  domain_uuid uuid, --~ ref? v_domains.domain_uuid
  group_name text, --~ nth superadmin admin user agent
  group_level numeric, --~ int 10 80
  group_description text --~ words
);
create table v_contacts ( --~ 220 distinct
  contact_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_parent_uuid uuid, --~ ref?? v_contacts.contact_uuid
  contact_type text, --~ pick customer supplier
  contact_organization text, --~ company?
  contact_name_given text, --~ first
  contact_name_family text, --~ last
  contact_nickname text, --~ first??
  contact_title text, --~ pick? Director Clerk
  contact_role text, --~ words?? 1
  contact_url text, --~ url??
  contact_time_zone text, --~ lit?? Europe/Dublin
  contact_note text, --~ words??
  last_mod_date text, --~ past
  last_mod_user text --~ lit admin
);
create table v_users ( --~ 120 distinct
  user_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref? v_contacts.contact_uuid
  username text, --~ username
  password text, --~ crypt
  salt text, --~ hex?? 16
  user_email text, --~ email?
  user_status text, --~ pick? Available On_Break
  api_key text, --~ hex?? 32
  user_totp_secret text, --~ hex?? 16
  user_enabled text, --~ pick true false
  add_user text, --~ lit admin
  add_date text --~ past
);
create table v_user_groups ( --~ 130
  user_group_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  group_name text, --~ pick user admin
  group_uuid uuid, --~ ref v_groups.group_uuid
  user_uuid uuid --~ ref v_users.user_uuid
);
create table v_user_settings ( --~ 80
  user_setting_uuid uuid primary key,
  user_uuid uuid, --~ ref v_users.user_uuid
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  user_setting_category text, --~ lit domain
  user_setting_subcategory text, --~ pick language time_zone
  user_setting_value text --~ pick en-ie en-gb
);
create table v_user_logs ( --~ 250
  user_log_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  "timestamp" timestamptz, --~ past
  user_uuid uuid, --~ ref v_users.user_uuid
  username text, --~ username
  type text, --~ lit login
  result text, --~ pick success failure
  remote_address text, --~ ip
  user_agent text --~ agent
);
create table v_contact_phones ( --~ 280
  contact_phone_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref v_contacts.contact_uuid
  phone_label text, --~ pick work mobile
  phone_number text, --~ phone plain
  phone_extension text, --~ int?? 200 260
  phone_primary numeric --~ int 0 1
);
create table v_contact_emails ( --~ 200
  contact_email_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref v_contacts.contact_uuid
  email_label text, --~ pick work home
  email_address text, --~ email
  email_primary numeric --~ int 0 1
);
create table v_contact_addresses ( --~ 150
  contact_address_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref v_contacts.contact_uuid
  address_label text, --~ pick work home
  address_street text, --~ street
  address_locality text, --~ town
  address_postal_code text, --~ postcode
  address_country text --~ country
);
create table v_contact_notes ( --~ 60
  contact_note_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref v_contacts.contact_uuid
  contact_note text, --~ text
  last_mod_date text, --~ past
  last_mod_user text --~ lit admin
);
create table v_contact_users ( --~ 60
  contact_user_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  contact_uuid uuid, --~ ref v_contacts.contact_uuid
  user_uuid uuid --~ ref v_users.user_uuid
);
create table v_extensions ( --~ 160 distinct
  extension_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  extension text, --~ seq 200
  number_alias text, --~ int?? 700 799
  password text, --~ hex 12
  effective_caller_id_name text, --~ full
  effective_caller_id_number text, --~ seq 200
  outbound_caller_id_name text, --~ company?
  outbound_caller_id_number text, --~ phone? plain
  emergency_caller_id_number text, --~ phone?? plain
  directory_first_name text, --~ first
  directory_last_name text, --~ last
  call_timeout numeric, --~ int 20 60
  user_record text, --~ pick? all inbound
  forward_all_destination text, --~ mobile?? plain
  enabled text, --~ pick true false
  description text --~ words??
);
create table v_extension_users ( --~ 150
  extension_user_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  extension_uuid uuid, --~ ref v_extensions.extension_uuid
  user_uuid uuid --~ ref v_users.user_uuid
);
create table v_extension_settings ( --~ 20
  extension_setting_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  extension_uuid uuid, --~ ref v_extensions.extension_uuid
  extension_setting_name text, --~ pick ringback codec
  extension_setting_value text --~ words 1
);
create table v_devices ( --~ 120
  device_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  device_user_uuid uuid, --~ ref? v_users.user_uuid
  device_address text, --~ hex 12
  device_label text, --~ full?
  device_vendor text, --~ pick yealink snom
  device_template text, --~ pick yealink/t46 snom/d785
  device_username text, --~ username??
  device_password text, --~ hex?? 10
  device_provisioned_ip text --~ ip?
);
create table v_device_lines ( --~ 140
  device_line_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  device_uuid uuid, --~ ref v_devices.device_uuid
  line_number text, --~ int 1 2
  server_address text, --~ url
  display_name text, --~ full
  user_id text, --~ int 200 359
  auth_id text, --~ int 200 359
  password text --~ hex 12
);
create table v_voicemails ( --~ 120
  voicemail_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  voicemail_id text, --~ ref v_extensions.extension
  voicemail_password text, --~ int 1000 9999
  greeting_id numeric, --~ int?? 1 3
  voicemail_mail_to text, --~ email?
  voicemail_sms_to text, --~ mobile?? e164
  voicemail_enabled text --~ pick true false
);
create table v_voicemail_messages ( --~ 300
  voicemail_message_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  voicemail_uuid uuid, --~ ref v_voicemails.voicemail_uuid
  created_epoch numeric, --~ epoch
  read_epoch numeric, --~ epoch?
  caller_id_name text, --~ full?
  caller_id_number text, --~ sip
  message_length numeric, --~ int 2 120
  message_status text, --~ pick? saved
  message_transcription text, --~ text??
  message_base64 text --~ hex?? 64
);
create table v_voicemail_greetings ( --~ 40
  voicemail_greeting_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  voicemail_id text, --~ ref v_extensions.extension
  greeting_name text, --~ words 2
  greeting_filename text --~ path greetings wav
);
create table v_xml_cdr ( --~ 700
  xml_cdr_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  extension_uuid uuid, --~ ref? v_extensions.extension_uuid
  domain_name text, --~ url
  direction text, --~ pick inbound outbound local
  default_language text, --~ lit en
  context text, --~ url
  caller_id_name text, --~ full?
  caller_id_number text, --~ sip
  caller_destination text, --~ phone plain
  source_number text, --~ sip
  destination_number text, --~ sip
  start_epoch numeric, --~ epoch
  start_stamp timestamptz, --~ past
  answer_stamp timestamptz, --~ past?
  end_stamp timestamptz, --~ later
  duration numeric, --~ int 0 1800
  billsec numeric, --~ int 0 1800
  bridge_uuid uuid, --~ uuid?
  read_codec text, --~ pick PCMA opus
  remote_media_ip text, --~ ip
  record_path text, --~ lit? /var/lib/freeswitch/recordings
  record_name text, --~ path? archive mp3
  missed_call boolean,
  hangup_cause text, --~ pick NORMAL_CLEARING USER_BUSY
  sip_hangup_disposition text, --~ pick send_bye recv_bye
  json json --~ json
);
create table v_call_recordings ( --~ 200
  call_recording_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  call_recording_name text, --~ path archive mp3
  call_recording_path text, --~ lit /var/lib/freeswitch/recordings
  call_recording_length numeric, --~ int 5 900
  call_recording_date timestamptz, --~ past
  call_direction text, --~ pick inbound outbound
  caller_id_name text, --~ full?
  caller_id_number text, --~ phone plain
  destination_number text --~ phone plain
);
create table v_call_block ( --~ 40
  call_block_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  extension_uuid uuid, --~ ref? v_extensions.extension_uuid
  call_block_name text, --~ full?
  call_block_number text, --~ phone plain
  call_block_count numeric, --~ int 0 9
  call_block_app text, --~ pick reject busy
  date_added text --~ epoch
);
create table v_fax ( --~ 10
  fax_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  fax_extension text, --~ seq 900
  fax_name text, --~ company
  fax_email text, --~ email
  fax_caller_id_number text --~ phone plain
);
create table v_fax_files ( --~ 80
  fax_file_uuid uuid primary key,
  fax_uuid uuid, --~ ref v_fax.fax_uuid
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  fax_mode text, --~ pick rx tx
  fax_destination text, --~ phone? plain
  fax_file_path text, --~ path fax tif
  fax_caller_id_name text, --~ full?
  fax_caller_id_number text, --~ phone plain
  fax_epoch numeric --~ epoch
);
create table v_destinations ( --~ 60
  destination_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  user_uuid uuid, --~ ref?? v_users.user_uuid
  destination_type text, --~ lit inbound
  destination_number text, --~ phone plain
  destination_context text, --~ lit public
  destination_enabled text, --~ pick true false
  destination_description text --~ company
);
create table v_gateways ( --~ 4
  gateway_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  gateway text, --~ nth trunk1 trunk2 backup lab
  username text, --~ code acct
  password text, --~ hex 16
  proxy text, --~ url
  enabled text --~ pick true false
);
create table v_ring_groups ( --~ 12
  ring_group_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  ring_group_name text, --~ words 1
  ring_group_extension text, --~ seq 600
  ring_group_strategy text --~ pick simultaneous sequence
);
create table v_ring_group_users ( --~ 30
  ring_group_user_uuid uuid primary key,
  domain_uuid uuid, --~ ref v_domains.domain_uuid
  ring_group_uuid uuid, --~ ref v_ring_groups.ring_group_uuid
  user_uuid uuid --~ ref v_users.user_uuid
);
create table v_dialplans ( --~ 30
  dialplan_uuid uuid primary key,
  domain_uuid uuid, --~ ref? v_domains.domain_uuid
  app_uuid uuid, --~ uuid
  dialplan_name text, --~ words 1
  dialplan_xml text, --~ lit <extension/>
  dialplan_order numeric --~ int 100 900
);
create table v_default_settings ( --~ 60
  default_setting_uuid uuid primary key,
  default_setting_category text, --~ pick cdr fax theme
  default_setting_subcategory text, --~ words 1
  default_setting_value text --~ words 1
);
create table v_access_control_nodes ( --~ 15
  access_control_node_uuid uuid primary key,
  node_type text, --~ pick allow deny
  node_cidr text, --~ ip
  node_description text --~ words?
);
create table v_software ( --~ 2
  software_uuid uuid primary key,
  software_name text, --~ nth FusionPBX FreeSWITCH
  software_version text --~ nth 5.3 1.10
)
