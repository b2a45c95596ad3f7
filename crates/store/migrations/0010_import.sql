-- Files that people bring. What a file holds is sealed and goes when it has been taken in or a day has passed.
CREATE TABLE import_file (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  brought_by text NOT NULL,
  name text NOT NULL,
  institution text NOT NULL,
  form text NOT NULL,
  body {bytes},
  brought_at bigint NOT NULL,
  done_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX import_file_household ON import_file(firm_id, household_id);

-- All files of one institution in one household: the path by which their accounts are known, and whose files they are by their own word.
CREATE TABLE import_source (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  institution_key text NOT NULL,
  institution text NOT NULL,
  origin text,
  PRIMARY KEY (firm_id, id),
  UNIQUE (firm_id, household_id, institution_key),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);

-- How a table's columns are read, by what stands above them. Says nothing of any person.
CREATE TABLE import_mapping (
  firm_id {id} NOT NULL REFERENCES firm(id),
  heading {bytes} NOT NULL,
  mapping text NOT NULL,
  saved_at bigint NOT NULL,
  saved_by text NOT NULL,
  PRIMARY KEY (firm_id, heading)
);
