-- Price histories of a firm: what each security is, and a row for each year of its closes, packed (model::risk::pack). `security` is the key
-- under which positions name it, or class:… for what stands in for an asset class, or rate:… for another currency.
CREATE TABLE price_security (
  firm_id {id} NOT NULL REFERENCES firm(id),
  security text NOT NULL,
  name text NOT NULL,
  class text,
  currency text NOT NULL,
  source text NOT NULL,
  first_day text NOT NULL,
  last_day text NOT NULL,
  closes bigint NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (firm_id, security)
);
CREATE TABLE price_year (
  firm_id {id} NOT NULL,
  security text NOT NULL,
  year bigint NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (firm_id, security, year),
  FOREIGN KEY (firm_id, security) REFERENCES price_security(firm_id, security)
){clustered};

-- A file of prices between its preview and its being taken in.
CREATE TABLE price_file (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  name text NOT NULL,
  currency text NOT NULL,
  body {bytes},
  brought_by text NOT NULL,
  brought_at bigint NOT NULL,
  done_at bigint,
  PRIMARY KEY (firm_id, id)
);
