-- A sports club in Dutch.
create table gebruiker ( --~ 8 distinct
  gebruiker_id serial primary key,
  gebruikersnaam varchar(40) not null unique, --~ username
  wachtwoord varchar(120) not null, --~ crypt
  email varchar(120) --~ email
);
create table gezin ( --~ 60 distinct
  gezin_id serial primary key,
  naam varchar(80) not null, --~ last
  straat varchar(80), --~ street
  postcode varchar(10), --~ postcode
  woonplaats varchar(60) --~ town
);
create table lid ( --~ 200 distinct
  lidnummer serial primary key,
  gezin_id integer references gezin (gezin_id),
  voornaam varchar(50) not null, --~ first
  achternaam varchar(50) not null, --~ last
  geboortedatum date, --~ born
  geslacht char(1), --~ pick m v
  telefoonnummer varchar(20), --~ phone e164
  emailadres varchar(120), --~ email?
  iban varchar(34), --~ iban?
  lid_sinds date not null, --~ past
  opgezegd_op date, --~ later??
  opmerking text --~ words??
);
create table soort_lidmaatschap ( --~ 3
  soort_id serial primary key,
  omschrijving varchar(60) not null, --~ nth senior junior steunend
  bedrag numeric(8,2) --~ money
);
create table lidmaatschap ( --~ 220
  lidmaatschap_id serial primary key,
  lidnummer integer not null references lid (lidnummer),
  soort_id integer not null references soort_lidmaatschap (soort_id),
  ingangsdatum date not null, --~ past
  einddatum date --~ later??
);
create table contributie ( --~ 400
  contributie_id serial primary key,
  lidmaatschap_id integer not null references lidmaatschap (lidmaatschap_id),
  jaar integer not null, --~ int 2019 2026
  bedrag numeric(8,2) not null, --~ money
  betaald_op date --~ past?
);
create table team ( --~ 10
  team_id serial primary key,
  naam varchar(40) not null, --~ words 1
  trainer integer references lid (lidnummer)
);
create table teamlid ( --~ 120
  team_id integer not null references team (team_id),
  lidnummer integer not null references lid (lidnummer),
  rugnummer integer, --~ int 1 30
  primary key (team_id, lidnummer)
);
create table blessure ( --~ 40
  blessure_id serial primary key,
  lidnummer integer not null, --~ ref lid.lidnummer
  datum date, --~ past
  omschrijving text, --~ text
  ingevoerd_door integer --~ ref gebruiker.gebruiker_id
);
create table bericht ( --~ 100
  bericht_id serial primary key,
  afzender integer not null, --~ ref lid.lidnummer
  ontvanger integer not null, --~ ref lid.lidnummer
  verzonden_op timestamp, --~ past
  tekst text --~ text
);
create table foto ( --~ 50
  foto_id serial primary key,
  lidnummer integer references lid (lidnummer),
  bestandsnaam varchar(200) not null, --~ path fotos jpg
  gemaakt_op date --~ past
);
create table logboek ( --~ 150
  logboek_id serial primary key,
  gebruiker_id integer references gebruiker (gebruiker_id),
  tijdstip timestamp, --~ past
  handeling varchar(60) --~ pick inloggen wijzigen
)
