-- Linking in our own screens: the institution's questions, one after another. The question itself lies sealed in attempt.pending, with what
-- the provider needs to go on; an answer lies nowhere.

-- The number of the present question: what was typed for another one is not taken.
ALTER TABLE attempt ADD COLUMN asked bigint NOT NULL DEFAULT 0;

-- Answers in a row that were not accepted. After two we stop, so that nobody is locked out.
ALTER TABLE attempt ADD COLUMN wrong bigint NOT NULL DEFAULT 0;

-- Accounts that a sign-in showed and what the client said of each before any was stored: theirs to see or left out, and whose. Nothing else is
-- kept of those that were left out. A connection without rows here had its accounts chosen elsewhere.
CREATE TABLE chosen_account (
  firm_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  external_id text NOT NULL,
  kept boolean NOT NULL,
  owners text NOT NULL,
  chosen_at bigint NOT NULL,
  PRIMARY KEY (firm_id, connection_id, external_id),
  FOREIGN KEY (firm_id, connection_id) REFERENCES connection(firm_id, id)
);
