-- A heating engineer's office in German: half the references have a foreign key, the others only a name.
create table land ( --~ 3
  land_nr integer primary key,
  bezeichnung varchar(60) not null --~ nth Deutschland Österreich Schweiz
);
create table steuersatz ( --~ 3
  steuersatz_nr integer primary key,
  prozent decimal(4,2) not null, --~ nth 19 7 0
  bezeichnung varchar(40) not null --~ nth voll ermäßigt frei
);
create table mitarbeiter ( --~ 14 distinct
  personal_nr integer primary key,
  vorname varchar(50) not null, --~ first
  nachname varchar(50) not null, --~ last
  kuerzel varchar(5), --~ code M
  geburtsdatum date, --~ born
  strasse varchar(80), --~ street
  plz varchar(10), --~ postcode
  ort varchar(60), --~ town
  telefon_privat varchar(40), --~ phone?
  email varchar(120), --~ email
  iban varchar(34), --~ iban
  sozialversicherungsnr varchar(20), --~ code 65
  eintritt date not null, --~ past
  austritt date --~ later??
);
create table benutzer ( --~ 12 distinct
  benutzer_id integer primary key,
  benutzername varchar(40) not null unique, --~ username
  kennwort varchar(120) not null, --~ crypt
  personal_nr integer references mitarbeiter (personal_nr),
  letzte_anmeldung timestamp --~ past
);
create table kunde ( --~ 220 distinct
  kunden_nr integer primary key,
  anrede varchar(10), --~ pick Herr Frau Firma
  vorname varchar(50), --~ first
  nachname varchar(50), --~ last
  firma varchar(100), --~ company??
  strasse varchar(80), --~ street
  plz varchar(10), --~ postcode
  ort varchar(60), --~ town
  land_nr integer references land (land_nr),
  telefon varchar(40), --~ phone
  mobil varchar(40), --~ mobile?
  email varchar(120), --~ email?
  ust_id varchar(20), --~ vat??
  betreuer integer references mitarbeiter (personal_nr),
  werbung_erlaubt integer not null, --~ int 0 1
  kunde_seit date not null, --~ past
  kunde_bis date, --~ later??
  bemerkung text --~ text?
);
create table ansprechpartner ( --~ 90 distinct
  ansprechpartner_id integer primary key,
  kunden_nr integer not null references kunde (kunden_nr),
  name varchar(100) not null, --~ full
  funktion varchar(60), --~ pick Hausmeister Verwaltung
  telefon varchar(40), --~ phone
  email varchar(120) --~ email?
);
create table lieferant ( --~ 20 distinct
  lieferanten_nr integer primary key,
  firma varchar(100) not null, --~ company
  strasse varchar(80), --~ street
  plz varchar(10), --~ postcode
  ort varchar(60), --~ town
  telefon varchar(40), --~ phone
  kundennummer_bei varchar(30) --~ code K
);
create table artikelgruppe ( --~ 5
  gruppen_nr integer primary key,
  bezeichnung varchar(60) not null --~ nth Kessel Pumpen Rohre Armaturen Regler
);
create table artikel ( --~ 80
  artikel_nr integer primary key,
  gruppen_nr integer references artikelgruppe (gruppen_nr),
  lieferanten_nr integer references lieferant (lieferanten_nr),
  bezeichnung varchar(120) not null, --~ words
  einkaufspreis decimal(10,2), --~ money
  verkaufspreis decimal(10,2) --~ money
);
create table objekt ( --~ 240 distinct
  objekt_nr integer primary key,
  kunden_nr integer not null references kunde (kunden_nr),
  strasse varchar(80) not null, --~ street
  plz varchar(10), --~ postcode
  ort varchar(60), --~ town
  etage varchar(20), --~ pick? EG 1.OG
  schluessel_hinweis text --~ words??
);
create table anlage ( --~ 240
  anlagen_nr integer primary key,
  objekt_nr integer not null references objekt (objekt_nr),
  hersteller varchar(60), --~ pick Wolf Vaillant
  seriennummer varchar(40), --~ hex 12
  baujahr integer, --~ int 1990 2025
  naechste_wartung date --~ later
);
create table wartungsvertrag ( --~ 120
  vertrags_nr integer primary key,
  kunden_nr integer not null, --~ ref kunde.kunden_nr
  anlagen_nr integer not null, --~ ref anlage.anlagen_nr
  beginn date not null, --~ past
  gekuendigt_zum date, --~ later??
  jahresbetrag decimal(10,2) --~ money
);
create table angebot ( --~ 150
  angebots_nr integer primary key,
  kunden_nr integer not null references kunde (kunden_nr),
  bearbeiter integer references mitarbeiter (personal_nr),
  datum date not null, --~ past
  betreff varchar(150), --~ words
  summe decimal(10,2) --~ money
);
create table auftrag ( --~ 250
  auftrags_nr integer primary key,
  kunden_nr integer not null references kunde (kunden_nr),
  objekt_nr integer, --~ ref objekt.objekt_nr
  angebots_nr integer, --~ ref? angebot.angebots_nr
  angenommen_von integer, --~ ref mitarbeiter.personal_nr
  auftragsdatum date not null, --~ past
  beschreibung text, --~ text
  erledigt_am date --~ later?
);
create table auftragsposition ( --~ 500
  auftrags_nr integer not null references auftrag (auftrags_nr),
  position_nr integer not null, --~ int 1 9
  artikel_nr integer references artikel (artikel_nr),
  menge decimal(8,2), --~ int 1 9
  einzelpreis decimal(10,2), --~ money
  primary key (auftrags_nr, position_nr)
);
create table monteureinsatz ( --~ 300
  einsatz_id integer primary key,
  auftrags_nr integer not null references auftrag (auftrags_nr),
  personal_nr integer not null references mitarbeiter (personal_nr),
  beginn timestamp not null, --~ past
  ende timestamp, --~ later
  bericht text, --~ text
  unterschrift_datei varchar(200) --~ path unterschriften png
);
create table rechnung ( --~ 250
  rechnungs_nr integer primary key,
  kunden_nr integer not null references kunde (kunden_nr),
  auftrags_nr integer references auftrag (auftrags_nr),
  rechnungsdatum date not null, --~ past
  faellig_am date, --~ later
  steuersatz_nr integer references steuersatz (steuersatz_nr),
  betrag decimal(10,2) not null, --~ money
  pdf_pfad varchar(200) --~ path rechnungen pdf
);
create table rechnungsposition ( --~ 400
  rechnungs_nr integer not null, --~ ref rechnung.rechnungs_nr
  position_nr integer not null, --~ int 1 9
  text varchar(200), --~ words
  betrag decimal(10,2), --~ money
  primary key (rechnungs_nr, position_nr)
);
create table zahlung ( --~ 230
  zahlungs_id integer primary key,
  rechnungs_nr integer not null, --~ ref rechnung.rechnungs_nr
  datum date not null, --~ past
  betrag decimal(10,2), --~ money
  kontoinhaber varchar(100), --~ full
  iban varchar(34) --~ iban
);
create table mahnung ( --~ 30
  mahnungs_id integer primary key,
  rechnungs_nr integer not null references rechnung (rechnungs_nr),
  stufe integer, --~ int 1 3
  datum date --~ past
);
create table termin ( --~ 200
  termin_id integer primary key,
  kunden_nr integer, --~ ref kunde.kunden_nr
  personal_nr integer, --~ ref mitarbeiter.personal_nr
  beginn timestamp, --~ past
  notiz varchar(200) --~ words
);
create table anruf ( --~ 250
  anruf_id integer primary key,
  zeitpunkt timestamp not null, --~ past
  richtung varchar(3), --~ pick ein aus
  rufnummer_anrufer varchar(40), --~ phone e164
  rufnummer_ziel varchar(40), --~ phone e164
  dauer_sek integer --~ int 5 900
);
create table urlaub ( --~ 50
  urlaub_id integer primary key,
  personal_nr integer not null references mitarbeiter (personal_nr),
  von date not null, --~ past
  bis date not null, --~ later
  art varchar(20) --~ pick Urlaub krank
);
create table newsletter_empfaenger ( --~ 90 distinct
  empfaenger_id integer primary key,
  mailadresse varchar(120) not null, --~ email
  angemeldet_am timestamp, --~ past
  herkunft varchar(40), --~ pick Messe Webseite
  abgemeldet_am timestamp --~ later??
);
create table protokoll ( --~ 300
  protokoll_id integer primary key,
  benutzer_id integer, --~ ref benutzer.benutzer_id
  zeit timestamp, --~ past
  tabelle varchar(40), --~ pick kunde rechnung
  datensatz integer, --~ int 1 200
  aktion varchar(20) --~ pick neu geändert
)
