-- A forum, with the tables of phpBB as they are publicly known: no foreign keys, times as seconds, 0 for nobody.
create table phpbb_groups ( --~ 5
  group_id mediumint unsigned not null auto_increment primary key,
  group_type tinyint not null default 1, --~ int 0 3
  group_name varchar(255) not null default '', --~ nth GUESTS REGISTERED ADMINISTRATORS BOTS MODERATORS
  group_desc text not null --~ words
);
create table phpbb_users ( --~ 300 distinct
  user_id int unsigned not null auto_increment primary key,
  user_type tinyint not null default 0, --~ int 0 3
  group_id mediumint unsigned not null default 3, --~ ref phpbb_groups.group_id
  user_permissions mediumtext not null, --~ words 1
  user_ip varchar(40) not null default '', --~ ip
  user_regdate int unsigned not null default 0, --~ epoch
  username varchar(255) not null default '', --~ username
  username_clean varchar(255) not null default '' unique, --~ username
  user_password varchar(255) not null default '', --~ crypt
  user_email varchar(100) not null default '', --~ email
  user_birthday varchar(10) not null default '', --~ born??
  user_lastvisit int unsigned not null default 0, --~ epoch
  user_last_search int unsigned not null default 0, --~ epoch?
  user_posts mediumint unsigned not null default 0, --~ int 0 900
  user_lang varchar(30) not null default 'en', --~ lit en
  user_timezone varchar(100) not null default '', --~ lit Europe/Dublin
  user_inactive_time int unsigned not null default 0, --~ epoch??
  user_avatar varchar(255) not null default '', --~ path? avatars png
  user_sig mediumtext not null, --~ words?
  user_jabber varchar(255) not null default '', --~ email??
  user_actkey varchar(32) not null default '', --~ hex?? 32
  reset_token varchar(64) not null default '', --~ hex?? 64
  user_new tinyint unsigned not null default 1 --~ int 0 1
);
create table phpbb_user_group ( --~ 330
  group_id mediumint unsigned not null, --~ ref phpbb_groups.group_id
  user_id int unsigned not null, --~ ref phpbb_users.user_id
  group_leader tinyint unsigned not null default 0, --~ int 0 1
  user_pending tinyint unsigned not null default 0, --~ int 0 1
  key group_id (group_id),
  key user_id (user_id)
);
create table phpbb_profile_fields ( --~ 6
  field_id mediumint unsigned not null auto_increment primary key,
  field_name varchar(255) not null default '', --~ nth location website occupation interests icq skype
  field_type varchar(100) not null default '' --~ lit string
);
create table phpbb_profile_fields_data ( --~ 150
  user_id int unsigned not null primary key, --~ ref phpbb_users.user_id
  pf_phpbb_location varchar(255), --~ town?
  pf_phpbb_website varchar(255), --~ url??
  pf_phpbb_occupation mediumtext, --~ pick? joiner nurse
  pf_phpbb_interests mediumtext --~ words?
);
create table phpbb_forums ( --~ 12
  forum_id mediumint unsigned not null auto_increment primary key,
  parent_id mediumint unsigned not null default 0, --~ ref0 phpbb_forums.forum_id
  left_id mediumint unsigned not null default 0, --~ int 1 20
  forum_name varchar(255) not null default '', --~ words 2
  forum_desc text not null, --~ words 5
  forum_last_post_id int unsigned not null default 0, --~ int 1 700
  forum_last_poster_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  forum_last_poster_name varchar(255) not null default '', --~ username
  forum_last_post_time int unsigned not null default 0 --~ epoch
);
create table phpbb_topics ( --~ 200
  topic_id int unsigned not null auto_increment primary key,
  forum_id mediumint unsigned not null default 0, --~ ref phpbb_forums.forum_id
  icon_id mediumint unsigned not null default 0, --~ int 0 5
  topic_title varchar(255) not null default '', --~ words 5
  topic_poster int unsigned not null default 0, --~ ref phpbb_users.user_id
  topic_time int unsigned not null default 0, --~ epoch
  topic_views mediumint unsigned not null default 0, --~ int 0 999
  topic_first_post_id int unsigned not null default 0, --~ seq
  topic_first_poster_name varchar(255) not null default '', --~ username
  topic_last_post_id int unsigned not null default 0, --~ int 1 700
  topic_last_poster_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  topic_last_poster_name varchar(255) not null default '', --~ username
  topic_delete_user int unsigned not null default 0, --~ lit 0
  poll_title varchar(255) not null default '', --~ words??
  key forum_id (forum_id)
);
create table phpbb_posts ( --~ 700
  post_id int unsigned not null auto_increment primary key,
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  forum_id mediumint unsigned not null default 0, --~ ref phpbb_forums.forum_id
  poster_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  poster_ip varchar(40) not null default '', --~ ip
  post_time int unsigned not null default 0, --~ epoch
  post_username varchar(255) not null default '', --~ username??
  post_subject varchar(255) not null default '', --~ words 4
  post_text mediumtext not null, --~ text
  post_attachment tinyint unsigned not null default 0, --~ int 0 1
  post_edit_time int unsigned not null default 0, --~ epoch??
  post_edit_reason varchar(255) not null default '', --~ words??
  post_edit_user int unsigned not null default 0, --~ ref?? phpbb_users.user_id
  post_delete_user int unsigned not null default 0, --~ ref?? phpbb_users.user_id
  key topic_id (topic_id),
  key poster_id (poster_id)
);
create table phpbb_attachments ( --~ 90
  attach_id int unsigned not null auto_increment primary key,
  post_msg_id int unsigned not null default 0, --~ ref phpbb_posts.post_id
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  in_message tinyint unsigned not null default 0, --~ lit 0
  poster_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  physical_filename varchar(255) not null default '', --~ path files jpg
  real_filename varchar(255) not null default '', --~ path mine jpg
  attach_comment text not null, --~ words?
  mimetype varchar(100) not null default '', --~ lit image/jpeg
  filesize int unsigned not null default 0, --~ int 900 90000
  filetime int unsigned not null default 0 --~ epoch
);
create table phpbb_poll_options ( --~ 40
  poll_option_id tinyint not null default 0, --~ int 1 5
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  poll_option_text text not null --~ words 2
);
create table phpbb_poll_votes ( --~ 150
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  poll_option_id tinyint not null default 0, --~ int 1 5
  vote_user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  vote_user_ip varchar(40) not null default '' --~ ip
);
create table phpbb_privmsgs ( --~ 200
  msg_id int unsigned not null auto_increment primary key,
  root_level mediumint unsigned not null default 0, --~ ref0 phpbb_privmsgs.msg_id
  author_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  author_ip varchar(40) not null default '', --~ ip
  message_time int unsigned not null default 0, --~ epoch
  message_subject varchar(255) not null default '', --~ words 3
  message_text mediumtext not null, --~ text
  message_edit_user int unsigned not null default 0, --~ ref?? phpbb_users.user_id
  to_address text not null, --~ code u_
  bcc_address text not null --~ code?? u_
);
create table phpbb_privmsgs_folder ( --~ 30
  folder_id mediumint unsigned not null auto_increment primary key,
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  folder_name varchar(255) not null default '' --~ words 1
);
create table phpbb_privmsgs_to ( --~ 350
  msg_id int unsigned not null default 0, --~ ref phpbb_privmsgs.msg_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  author_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  pm_unread tinyint unsigned not null default 1, --~ int 0 1
  folder_id int not null default 0, --~ ref0 phpbb_privmsgs_folder.folder_id
  key msg_id (msg_id),
  key usr_flder_id (user_id, folder_id)
);
create table phpbb_drafts ( --~ 40
  draft_id int unsigned not null auto_increment primary key,
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  topic_id int unsigned not null default 0, --~ ref0 phpbb_topics.topic_id
  forum_id mediumint unsigned not null default 0, --~ ref phpbb_forums.forum_id
  save_time int unsigned not null default 0, --~ epoch
  draft_subject varchar(255) not null default '', --~ words
  draft_message mediumtext not null --~ text
);
create table phpbb_bookmarks ( --~ 120
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  primary key (topic_id, user_id)
);
create table phpbb_topics_watch ( --~ 120
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  notify_status tinyint unsigned not null default 0 --~ int 0 1
);
create table phpbb_topics_track ( --~ 250
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  topic_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  forum_id mediumint unsigned not null default 0, --~ ref phpbb_forums.forum_id
  mark_time int unsigned not null default 0, --~ epoch
  primary key (user_id, topic_id)
);
create table phpbb_notifications ( --~ 200
  notification_id int unsigned not null auto_increment primary key,
  notification_type_id smallint unsigned not null default 0, --~ int 1 6
  item_id int unsigned not null default 0, --~ ref phpbb_posts.post_id
  item_parent_id int unsigned not null default 0, --~ ref phpbb_topics.topic_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  notification_read tinyint unsigned not null default 0, --~ int 0 1
  notification_time int unsigned not null default 1, --~ epoch
  notification_data text not null --~ json
);
create table phpbb_banlist ( --~ 30
  ban_id int unsigned not null auto_increment primary key,
  ban_userid int unsigned not null default 0, --~ ref0 phpbb_users.user_id
  ban_ip varchar(40) not null default '', --~ ip?
  ban_email varchar(100) not null default '', --~ email?
  ban_start int unsigned not null default 0, --~ epoch
  ban_end int unsigned not null default 0, --~ epoch?
  ban_reason varchar(255) not null default '' --~ words
);
create table phpbb_warnings ( --~ 30
  warning_id mediumint unsigned not null auto_increment primary key,
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  post_id int unsigned not null default 0, --~ ref phpbb_posts.post_id
  log_id int unsigned not null default 0, --~ int 1 90
  warning_time int unsigned not null default 0 --~ epoch
);
create table phpbb_reports_reasons ( --~ 4
  reason_id smallint unsigned not null auto_increment primary key,
  reason_title varchar(255) not null default '', --~ nth warez spam off_topic other
  reason_description mediumtext not null --~ words 5
);
create table phpbb_reports ( --~ 40
  report_id int unsigned not null auto_increment primary key,
  reason_id smallint unsigned not null default 0, --~ ref phpbb_reports_reasons.reason_id
  post_id int unsigned not null default 0, --~ ref phpbb_posts.post_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  report_closed tinyint unsigned not null default 0, --~ int 0 1
  report_time int unsigned not null default 0, --~ epoch
  report_text mediumtext not null --~ text
);
create table phpbb_log ( --~ 250
  log_id int unsigned not null auto_increment primary key,
  log_type tinyint not null default 0, --~ int 0 3
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  forum_id mediumint unsigned not null default 0, --~ ref0 phpbb_forums.forum_id
  topic_id int unsigned not null default 0, --~ ref0 phpbb_topics.topic_id
  reportee_id int unsigned not null default 0, --~ ref?? phpbb_users.user_id
  log_ip varchar(40) not null default '', --~ ip
  log_time int unsigned not null default 0, --~ epoch
  log_operation text not null, --~ pick LOG_USER_ACTIVE LOG_DELETE_POST
  log_data mediumtext not null --~ words
);
create table phpbb_login_attempts ( --~ 80
  attempt_ip varchar(40) not null default '', --~ ip
  attempt_browser varchar(150) not null default '', --~ agent
  attempt_time int unsigned not null default 0, --~ epoch
  user_id int unsigned not null default 0, --~ ref0 phpbb_users.user_id
  username varchar(255) not null default '0' --~ username
);
create table phpbb_sessions ( --~ 100
  session_id char(32) not null default '' primary key, --~ hex 32
  session_user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  session_start int unsigned not null default 0, --~ epoch
  session_ip varchar(40) not null default '', --~ ip
  session_browser varchar(150) not null default '', --~ agent
  session_page varchar(255) not null default '' --~ lit index.php
);
create table phpbb_sessions_keys ( --~ 60
  key_id char(32) not null default '', --~ hex 32
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  last_ip varchar(40) not null default '', --~ ip
  last_login int unsigned not null default 0, --~ epoch
  primary key (key_id, user_id)
);
create table phpbb_zebra ( --~ 60
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  zebra_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  friend tinyint unsigned not null default 0, --~ int 0 1
  foe tinyint unsigned not null default 0, --~ int 0 1
  primary key (user_id, zebra_id)
);
create table phpbb_moderator_cache ( --~ 15
  forum_id mediumint unsigned not null default 0, --~ ref phpbb_forums.forum_id
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  username varchar(255) not null default '', --~ username
  group_id mediumint unsigned not null default 0, --~ ref0 phpbb_groups.group_id
  group_name varchar(255) not null default '' --~ pick? MODERATORS
);
create table phpbb_acl_users ( --~ 40
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  forum_id mediumint unsigned not null default 0, --~ ref0 phpbb_forums.forum_id
  auth_option_id mediumint unsigned not null default 0, --~ int 1 90
  auth_setting tinyint not null default 0 --~ int 0 1
);
create table phpbb_bots ( --~ 8
  bot_id mediumint unsigned not null auto_increment primary key,
  bot_active tinyint unsigned not null default 1, --~ int 0 1
  bot_name varchar(255) not null default '', --~ nth AdsBot Alexa Ask Baidu Bing Exabot Google Yandex
  user_id int unsigned not null default 0, --~ ref phpbb_users.user_id
  bot_agent varchar(255) not null default '' --~ code bot
);
create table phpbb_smilies ( --~ 20
  smiley_id mediumint unsigned not null auto_increment primary key,
  code varchar(50) not null default '', --~ code :
  smiley_url varchar(50) not null default '' --~ code icon
);
create table phpbb_config ( --~ 40
  config_name varchar(255) not null primary key, --~ code conf
  config_value varchar(255) not null default '' --~ words 1
);
create table phpbb_search_wordlist ( --~ 60
  word_id int unsigned not null auto_increment primary key,
  word_text varchar(255) not null default '', --~ code word
  word_count mediumint unsigned not null default 0 --~ int 1 90
);
create table phpbb_search_wordmatch ( --~ 300
  post_id int unsigned not null default 0, --~ ref phpbb_posts.post_id
  word_id int unsigned not null default 0, --~ ref phpbb_search_wordlist.word_id
  title_match tinyint unsigned not null default 0 --~ int 0 1
)
