-- What has stopped and whose move it is; what clients were told of it; what was reported to Data Support.

-- One open case for each connection, and one for each person whose mail comes back. Its history is the log of events.
CREATE TABLE repair_case (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  connection_id {id},
  institution text NOT NULL,
  cause text NOT NULL,
  since bigint NOT NULL,
  owner text NOT NULL,
  due_at bigint NOT NULL,
  consent_ends bigint,
  -- When the client signed in again or the provider said that it was mended, by which of the two, and how often so far.
  mended_at bigint,
  mended_by text,
  mends bigint NOT NULL DEFAULT 0,
  reported_at bigint,
  -- Counts the changes, so that a look that was planned for how it was before does nothing.
  turn bigint NOT NULL DEFAULT 0,
  opened_at bigint NOT NULL,
  closed_at bigint,
  closed_by text,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, member_id) REFERENCES member(firm_id, id)
);
CREATE UNIQUE INDEX repair_case_open ON repair_case(firm_id, connection_id) WHERE closed_at IS NULL AND connection_id IS NOT NULL;
CREATE UNIQUE INDEX repair_case_bounced ON repair_case(firm_id, member_id) WHERE closed_at IS NULL AND connection_id IS NULL;
CREATE INDEX repair_case_household ON repair_case(firm_id, household_id);

-- What somebody has been told: never twice.
CREATE TABLE notice (
  firm_id {id} NOT NULL REFERENCES firm(id),
  thing text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (firm_id, thing)
);

-- A problem reported to Data Support: tied to one connection, with what its support asks for and nothing of what it holds.
CREATE TABLE ticket (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  case_id {id} NOT NULL,
  household_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  institution text NOT NULL,
  provider text NOT NULL,
  cause text NOT NULL,
  words text NOT NULL,
  context text NOT NULL,
  sent_to text NOT NULL,
  opened_by {id} NOT NULL,
  state text NOT NULL,
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, case_id) REFERENCES repair_case(firm_id, id)
);
CREATE INDEX ticket_case ON ticket(firm_id, case_id);

-- What was answered or noted, only added to.
CREATE TABLE ticket_note (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  ticket_id {id} NOT NULL,
  by_id {id},
  state text NOT NULL,
  words text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, ticket_id) REFERENCES ticket(firm_id, id)
);
CREATE INDEX ticket_note_ticket ON ticket_note(firm_id, ticket_id);
