-- The client portal: who may see what, how they came in, what proves them, and who looked.

-- How clients reach a member of staff, beside the address they sign in with.
ALTER TABLE login ADD COLUMN phone text;
ALTER TABLE login ADD COLUMN title text;
-- After a recovery: until then nothing is exported and nothing new is connected.
ALTER TABLE login ADD COLUMN held_until bigint;
-- The address that a session was begun from, in words that name no place more exactly than its network.
ALTER TABLE session ADD COLUMN origin text;

-- What one login may see of one household. Rights are the words of model::portal; they change in place, each change is an event.
CREATE TABLE portal_access (
  firm_id {id} NOT NULL,
  household_id {id} NOT NULL,
  login_id {id} NOT NULL,
  member_id {id} NOT NULL,
  rights text NOT NULL,
  set_name text NOT NULL,
  granted_by {id} NOT NULL,
  granted_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, household_id, login_id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, member_id) REFERENCES member(firm_id, id),
  FOREIGN KEY (firm_id, login_id) REFERENCES login(firm_id, id)
);
CREATE INDEX portal_access_login ON portal_access(firm_id, login_id);

-- Sets of rights that a firm or an adviser made; owner_id is null for the firm's own.
CREATE TABLE permission_set (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  owner_id {id},
  name text NOT NULL,
  rights text NOT NULL,
  changed_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, id)
);

-- An invitation to the portal: only the hash of its secret is kept. email: bound to this address; proof: how the person is proven besides.
CREATE TABLE invitation (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  email text,
  proof text NOT NULL,
  rights text NOT NULL,
  set_name text NOT NULL,
  hash {bytes} NOT NULL UNIQUE,
  made_by {id} NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  opened_at bigint,
  opened_on text,
  accepted_at bigint,
  login_id {id},
  ended_at bigint,
  end_reason text,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, member_id) REFERENCES member(firm_id, id)
);
CREATE INDEX invitation_household ON invitation(firm_id, household_id);
CREATE UNIQUE INDEX invitation_live ON invitation(firm_id, household_id, member_id) WHERE ended_at IS NULL;

-- Between opening an invitation or a recovery and being signed in: an hour in one browser, for this purpose alone.
CREATE TABLE enrolment (
  hash {bytes} NOT NULL PRIMARY KEY,
  firm_id {id} NOT NULL REFERENCES firm(id),
  invitation_id {id},
  recovery_id {id},
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  device text NOT NULL,
  email text,
  code_hash {bytes},
  code_until bigint,
  code_tries bigint NOT NULL DEFAULT 0,
  proved_at bigint,
  password_hash text,
  totp {bytes},
  totp_step bigint,
  passkey text,
  ended_at bigint
);
CREATE INDEX enrolment_invitation ON enrolment(firm_id, invitation_id);

-- Public keys of authenticators; nothing here is secret.
CREATE TABLE passkey (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  login_id {id} NOT NULL,
  credential {bytes} NOT NULL UNIQUE,
  body text NOT NULL,
  name text NOT NULL,
  created_at bigint NOT NULL,
  used_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, login_id) REFERENCES login(firm_id, id)
);
CREATE INDEX passkey_login ON passkey(firm_id, login_id);

-- A challenge that a browser's authenticator is to answer, kept here so that it works once and on any node.
CREATE TABLE ceremony (
  hash {bytes} NOT NULL PRIMARY KEY,
  body text NOT NULL,
  expires_at bigint NOT NULL
);

-- Printed codes for the day when a factor is lost: hashes, each good once.
CREATE TABLE recovery_code (
  firm_id {id} NOT NULL,
  login_id {id} NOT NULL,
  hash {bytes} NOT NULL,
  used_at bigint,
  PRIMARY KEY (firm_id, login_id, hash),
  FOREIGN KEY (firm_id, login_id) REFERENCES login(firm_id, id)
);

-- The way back in. kind: password (by mail, the second factor stays) or factors (by mail and a spoken code).
CREATE TABLE recovery (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  login_id {id} NOT NULL,
  kind text NOT NULL,
  hash {bytes} NOT NULL UNIQUE,
  spoken_hash {bytes},
  spoken_until bigint,
  spoken_tries bigint NOT NULL DEFAULT 0,
  made_by {id},
  approved_by {id},
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  ended_at bigint,
  end_reason text,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, login_id) REFERENCES login(firm_id, id)
);
CREATE INDEX recovery_login ON recovery(firm_id, login_id);

-- Who looked at client data: one row for each person, household, page and hour.
CREATE TABLE look (
  firm_id {id} NOT NULL,
  household_id {id} NOT NULL,
  hour bigint NOT NULL,
  login_id {id} NOT NULL,
  page text NOT NULL,
  why text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (firm_id, household_id, hour, login_id, page)
){clustered};

-- What a client suggests, or says looks wrong; a draft until the adviser answers.
CREATE TABLE suggestion (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  login_id {id} NOT NULL,
  kind text NOT NULL,
  about text NOT NULL,
  about_id text,
  words text NOT NULL,
  draft text,
  state text NOT NULL,
  answer text,
  answered_by {id},
  created_at bigint NOT NULL,
  answered_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX suggestion_household ON suggestion(firm_id, household_id);

-- Leave for a person of support to look at a household, for at most an hour, given by the firm.
CREATE TABLE support_grant (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  login_id {id} NOT NULL,
  granted_by {id} NOT NULL,
  reason text NOT NULL,
  created_at bigint NOT NULL,
  until bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX support_grant_login ON support_grant(firm_id, login_id);

-- What an open page may have to show anew, found without looking at every connection of a firm.
CREATE INDEX connection_succeeded ON connection(firm_id, succeeded_at);
CREATE INDEX connection_running ON connection(firm_id, lease_until) WHERE lease_until IS NOT NULL;
