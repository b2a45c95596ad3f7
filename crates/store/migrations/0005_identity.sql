-- Which accounts are one. An account that is another one by a second path stands behind it, whole, with its own log.
ALTER TABLE account ADD COLUMN same_as {id};
ALTER TABLE account ADD COLUMN closed_on text;

-- Whose name it was before two accounts became one; none: the account's own from the start.
ALTER TABLE alias ADD COLUMN own_id {id};

-- "Is this the same account?": asked once about two accounts, whoever answers first.
CREATE TABLE same_account (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  other_id {id} NOT NULL,
  household_id {id} NOT NULL,
  score bigint NOT NULL,
  reasons text NOT NULL,
  answer text,
  asked_at bigint NOT NULL,
  answered_at bigint,
  answered_by text,
  PRIMARY KEY (firm_id, account_id, other_id),
  FOREIGN KEY (firm_id, account_id) REFERENCES account(firm_id, id),
  FOREIGN KEY (firm_id, other_id) REFERENCES account(firm_id, id)
);
CREATE INDEX same_account_household ON same_account(firm_id, household_id);

-- Two accounts made one, with what it takes to make them two again.
CREATE TABLE account_join (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  account_id {id} NOT NULL,
  path_id {id} NOT NULL,
  kind text NOT NULL,
  reasons text NOT NULL,
  before text NOT NULL,
  joined_at bigint NOT NULL,
  joined_by text NOT NULL,
  parted_at bigint,
  parted_by text,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, account_id) REFERENCES account(firm_id, id),
  FOREIGN KEY (firm_id, path_id) REFERENCES account(firm_id, id)
);
CREATE INDEX account_join_account ON account_join(firm_id, account_id);
CREATE UNIQUE INDEX account_join_path ON account_join(firm_id, path_id) WHERE parted_at IS NULL;

-- Rows of the log that turned out to be another account's: kept where they were written, and read no more.
CREATE TABLE withdrawn (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (firm_id, account_id, seq)
);

-- Two names of one institution, as people have said by joining accounts across them.
CREATE TABLE same_institution (
  firm_id {id} NOT NULL,
  one text NOT NULL,
  other text NOT NULL,
  said_at bigint NOT NULL,
  PRIMARY KEY (firm_id, one, other)
);

-- What people said of an account that the institution no longer shows.
CREATE TABLE vanished (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  answer text NOT NULL,
  since bigint NOT NULL,
  answered_at bigint NOT NULL,
  answered_by text NOT NULL,
  PRIMARY KEY (firm_id, account_id),
  FOREIGN KEY (firm_id, account_id) REFERENCES account(firm_id, id)
);
