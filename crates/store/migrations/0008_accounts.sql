-- How tries at institutions ended, by day: what Reliability is counted from. slot keeps refreshes that end at once out of each other's way.
CREATE TABLE tries (
  firm_id {id} NOT NULL REFERENCES firm(id),
  institution text NOT NULL,
  provider text NOT NULL,
  day text NOT NULL,
  ending text NOT NULL,
  slot bigint NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (firm_id, institution, provider, day, ending, slot)
);
CREATE INDEX tries_day ON tries(day);
CREATE INDEX attempt_institution ON attempt(firm_id, institution, created_at);

-- Refresh together: one person's connections that are cleared one after another, by themselves or with their adviser beside them. What has
-- become of each stands on the connection.
CREATE TABLE sitting (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE UNIQUE INDEX sitting_open ON sitting(firm_id, member_id) WHERE ended_at IS NULL;
CREATE TABLE sitting_item (
  firm_id {id} NOT NULL,
  sitting_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  place bigint NOT NULL,
  PRIMARY KEY (firm_id, sitting_id, connection_id),
  FOREIGN KEY (firm_id, sitting_id) REFERENCES sitting(firm_id, id),
  FOREIGN KEY (firm_id, connection_id) REFERENCES connection(firm_id, id)
);

-- The list across households: by state, by how long it has failed, by name.
CREATE INDEX connection_state ON connection(firm_id, state) WHERE removal = 'none';
