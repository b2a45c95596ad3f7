-- Everything that belongs to a firm is keyed (firm_id, id). {id} is uuid or blob, {bytes} is bytea or blob,
-- {clustered} keeps a SQLite table in its primary key. Instants are microseconds since 1970 in bigint.

CREATE TABLE firm (
  id {id} NOT NULL PRIMARY KEY,
  name text NOT NULL,
  plan text NOT NULL,
  time_zone text NOT NULL,
  settings text NOT NULL,
  created_at bigint NOT NULL
);

-- Pictures that a firm gave: its logo.
CREATE TABLE picture (
  firm_id {id} NOT NULL REFERENCES firm(id),
  name text NOT NULL,
  mime text NOT NULL,
  body {bytes} NOT NULL,
  changed_at bigint NOT NULL,
  PRIMARY KEY (firm_id, name)
);

-- Installation-wide values; sealed ones hold an envelope.
CREATE TABLE setting (
  name text NOT NULL PRIMARY KEY,
  value text,
  sealed {bytes},
  changed_at bigint NOT NULL
);

-- Wrapped keys: the firm's own, and one for each connection. Destroying a row destroys what it sealed.
CREATE TABLE keyring (
  firm_id {id} NOT NULL REFERENCES firm(id),
  owner_id {id} NOT NULL,
  version bigint NOT NULL,
  wrapped {bytes} NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (firm_id, owner_id, version)
);

-- Somebody who signs in.
CREATE TABLE login (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  role text NOT NULL,
  name text NOT NULL,
  member_id {id},
  password_hash text,
  totp {bytes},
  totp_step bigint NOT NULL DEFAULT 0,
  invite_hash {bytes} UNIQUE,
  invite_until bigint,
  enrolled_at bigint,
  preferences text NOT NULL DEFAULT '{}',
  disabled_at bigint,
  created_at bigint NOT NULL,
  PRIMARY KEY (firm_id, id)
);

-- Opaque sessions; factor_at is null until the second factor was given.
CREATE TABLE session (
  hash {bytes} NOT NULL PRIMARY KEY,
  firm_id {id} NOT NULL,
  login_id {id} NOT NULL,
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  factor_at bigint,
  device text NOT NULL,
  FOREIGN KEY (firm_id, login_id) REFERENCES login(firm_id, id)
);
CREATE INDEX session_login ON session(firm_id, login_id);

-- Token buckets of the rate limits: they survive a restart and hold on every node.
CREATE TABLE bucket (
  name text NOT NULL PRIMARY KEY,
  count bigint NOT NULL,
  until bigint NOT NULL
);

-- What a person said. A change closes one version and opens the next.
CREATE TABLE fact (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  entity text NOT NULL,
  entity_id {id} NOT NULL,
  body text NOT NULL,
  true_from text NOT NULL,
  known_from bigint NOT NULL,
  known_until bigint,
  actor text NOT NULL,
  PRIMARY KEY (firm_id, id)
);
CREATE INDEX fact_entity ON fact(firm_id, entity_id, known_from);
CREATE INDEX fact_household ON fact(firm_id, household_id, known_from);
CREATE UNIQUE INDEX fact_current ON fact(firm_id, entity_id) WHERE known_until IS NULL;

-- What happened, who did it, to what, when: written in the change's own transaction.
CREATE TABLE event (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  household_id {id},
  kind text NOT NULL,
  object text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (firm_id, id)
);
CREATE INDEX event_household ON event(firm_id, household_id, id);
CREATE INDEX event_object ON event(firm_id, object, id);

-- Projections of the log: household, member, portfolio, account, holding. `heldaway rebuild` re-makes them.
CREATE TABLE household (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  status text NOT NULL,
  lead_id {id} NOT NULL,
  private boolean NOT NULL,
  next_review text,
  created_at bigint NOT NULL,
  PRIMARY KEY (firm_id, id)
);
CREATE INDEX household_lead ON household(firm_id, lead_id);

-- Who else of the firm works on a household.
CREATE TABLE team (
  firm_id {id} NOT NULL,
  household_id {id} NOT NULL,
  login_id {id} NOT NULL,
  role text NOT NULL,
  PRIMARY KEY (firm_id, household_id, login_id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX team_login ON team(firm_id, login_id);

CREATE TABLE member (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  given text NOT NULL,
  role text NOT NULL,
  email text,
  phone text,
  born text,
  active boolean NOT NULL,
  place bigint NOT NULL,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX member_household ON member(firm_id, household_id);

CREATE TABLE portfolio (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX portfolio_household ON portfolio(firm_id, household_id);

CREATE TABLE account (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  portfolio_id {id} NOT NULL,
  connection_id {id},
  name text NOT NULL,
  institution text NOT NULL,
  mask text,
  kind text NOT NULL,
  source text NOT NULL,
  custody text NOT NULL,
  state text NOT NULL,
  owners text NOT NULL,
  currency text,
  value text,
  value_e4 bigint,
  as_of bigint,
  as_of_day text,
  received_at bigint,
  confirmed_at bigint,
  missing_since bigint,
  seq bigint NOT NULL DEFAULT 0,
  held_hash {bytes},
  worth {bytes},
  head text NOT NULL DEFAULT '{}',
  created_at bigint NOT NULL,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, portfolio_id) REFERENCES portfolio(firm_id, id)
);
CREATE INDEX account_household ON account(firm_id, household_id);
CREATE INDEX account_connection ON account(firm_id, connection_id);

CREATE TABLE holding (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  place bigint NOT NULL,
  security text NOT NULL,
  name text NOT NULL,
  ticker text,
  kind text NOT NULL,
  quantity text NOT NULL,
  PRIMARY KEY (firm_id, account_id, place),
  FOREIGN KEY (firm_id, account_id) REFERENCES account(firm_id, id)
){clustered};
CREATE INDEX holding_security ON holding(firm_id, security);

-- What a provider said: append-only. `held` is what was held (changes rarely), `received.worth` what it was worth.
CREATE TABLE held (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  hash {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (firm_id, account_id, hash)
){clustered};

CREATE TABLE received (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  seq bigint NOT NULL,
  as_of bigint NOT NULL,
  received_at bigint NOT NULL,
  held_hash {bytes} NOT NULL,
  worth {bytes} NOT NULL,
  PRIMARY KEY (firm_id, account_id, seq)
){clustered};

-- Movements: trades, dividends, contributions. A cancellation is a row of its own.
CREATE TABLE trade (
  firm_id {id} NOT NULL,
  account_id {id} NOT NULL,
  external_id text NOT NULL,
  day text NOT NULL,
  body text NOT NULL,
  received_at bigint NOT NULL,
  cancelled_by text,
  PRIMARY KEY (firm_id, account_id, external_id)
){clustered};

-- What providers call an account. An account is ours; an alias is theirs.
CREATE TABLE alias (
  firm_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  external_id text NOT NULL,
  account_id {id} NOT NULL,
  persistent_id text,
  reason text NOT NULL,
  first_seen bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, connection_id, external_id),
  FOREIGN KEY (firm_id, account_id) REFERENCES account(firm_id, id)
);
CREATE INDEX alias_account ON alias(firm_id, account_id);

-- A permission that a person gave: the exact text shown, its version and hash, what it covers and when it ends.
CREATE TABLE consent (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  connection_id {id},
  institution text NOT NULL,
  version text NOT NULL,
  shown text NOT NULL,
  shown_hash {bytes} NOT NULL,
  scope text NOT NULL,
  given_at bigint NOT NULL,
  ends_at bigint,
  ended_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX consent_connection ON consent(firm_id, connection_id);

-- One client's login at one institution through one provider. Due time, lease and epoch stand on the row itself.
CREATE TABLE connection (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  consent_id {id} NOT NULL,
  provider text NOT NULL,
  institution_id {id},
  institution text NOT NULL,
  url text,
  external_id text NOT NULL,
  token {bytes},
  key_version bigint NOT NULL,
  cursor text NOT NULL,
  state text NOT NULL,
  fault text,
  consent_ends bigint,
  new_accounts boolean NOT NULL DEFAULT FALSE,
  failures bigint NOT NULL DEFAULT 0,
  attempted_at bigint,
  succeeded_at bigint,
  failing_since bigint,
  next_expected bigint,
  due_at bigint,
  by_hand boolean NOT NULL DEFAULT FALSE,
  fresh_link boolean NOT NULL DEFAULT FALSE,
  runs_day text NOT NULL DEFAULT '',
  runs_count bigint NOT NULL DEFAULT 0,
  lease_until bigint,
  lease_epoch bigint NOT NULL DEFAULT 0,
  removal text NOT NULL DEFAULT 'none',
  created_at bigint NOT NULL,
  PRIMARY KEY (firm_id, id),
  UNIQUE (provider, external_id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, consent_id) REFERENCES consent(firm_id, id)
);
CREATE INDEX connection_due ON connection(due_at) WHERE due_at IS NOT NULL;
CREATE INDEX connection_household ON connection(firm_id, household_id);

-- Accounts that a person ended after the sign-in of a connection that has not been refreshed since: it does not bring them back.
CREATE TABLE held_back (
  firm_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  account_id {id} NOT NULL,
  PRIMARY KEY (firm_id, connection_id, account_id)
);

-- A client-specific link: only the hash of its secret is kept.
CREATE TABLE link (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  purpose text NOT NULL,
  delivery text NOT NULL,
  hash {bytes} NOT NULL UNIQUE,
  made_by {id} NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  sent_at bigint,
  opened_at bigint,
  opened_on text,
  connected_at bigint,
  ended_at bigint,
  end_reason text,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id),
  FOREIGN KEY (firm_id, member_id) REFERENCES member(firm_id, id)
);
CREATE INDEX link_household ON link(firm_id, household_id);
CREATE UNIQUE INDEX link_live ON link(firm_id, member_id, purpose) WHERE ended_at IS NULL;

-- The browser that opened a link. A second browser waits for a mailbox code, then ends the first.
CREATE TABLE link_session (
  hash {bytes} NOT NULL PRIMARY KEY,
  firm_id {id} NOT NULL,
  link_id {id} NOT NULL,
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  device text NOT NULL,
  state text NOT NULL,
  proved_at bigint,
  code_hash {bytes},
  code_until bigint,
  code_tries bigint NOT NULL DEFAULT 0,
  FOREIGN KEY (firm_id, link_id) REFERENCES link(firm_id, id)
);
CREATE INDEX link_session_link ON link_session(firm_id, link_id);

-- One attempt to connect, repair or find more, from the choice of the institution to its end.
CREATE TABLE attempt (
  firm_id {id} NOT NULL,
  id {id} NOT NULL,
  household_id {id} NOT NULL,
  member_id {id} NOT NULL,
  link_id {id} NOT NULL,
  provider text NOT NULL,
  institution_id {id},
  institution text NOT NULL,
  url text,
  purpose text NOT NULL,
  connection_id {id},
  consent_id {id},
  step text NOT NULL,
  pending {bytes},
  fault text,
  tell_when_back boolean NOT NULL DEFAULT FALSE,
  lease_until bigint,
  created_at bigint NOT NULL,
  changed_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (firm_id, id),
  FOREIGN KEY (firm_id, link_id) REFERENCES link(firm_id, id),
  FOREIGN KEY (firm_id, household_id) REFERENCES household(firm_id, id)
);
CREATE INDEX attempt_link ON attempt(firm_id, link_id);
CREATE INDEX attempt_open ON attempt(changed_at) WHERE ended_at IS NULL;

-- The directory, shared by all firms.
CREATE TABLE institution (
  id {id} NOT NULL PRIMARY KEY,
  provider text NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  url text,
  countries text NOT NULL,
  products text NOT NULL,
  oauth boolean NOT NULL,
  colour text,
  status text NOT NULL,
  notice text,
  success_percent bigint,
  popularity bigint NOT NULL DEFAULT 0,
  retired_at bigint,
  changed_at bigint NOT NULL,
  UNIQUE (provider, external_id)
);
CREATE TABLE institution_alias (
  institution_id {id} NOT NULL REFERENCES institution(id),
  alias text NOT NULL,
  PRIMARY KEY (institution_id, alias)
);
-- What people typed before they chose: the search learns from it. No person is named.
CREATE TABLE institution_choice (
  query text NOT NULL,
  institution_id {id} NOT NULL REFERENCES institution(id),
  times bigint NOT NULL,
  PRIMARY KEY (query, institution_id)
);

-- Background work that is not a refresh: mail, hooks, revocations, imports. Enqueued in the change's transaction.
CREATE TABLE job (
  id {id} NOT NULL PRIMARY KEY,
  firm_id {id},
  kind text NOT NULL,
  uniq text,
  body {bytes} NOT NULL,
  state text NOT NULL,
  run_at bigint NOT NULL,
  attempts bigint NOT NULL DEFAULT 0,
  lease_until bigint,
  lease_epoch bigint NOT NULL DEFAULT 0,
  last_error text,
  created_at bigint NOT NULL,
  done_at bigint
);
CREATE INDEX job_ready ON job(run_at) WHERE state IN ('waiting', 'running');
CREATE UNIQUE INDEX job_uniq ON job(kind, uniq) WHERE state IN ('waiting', 'running') AND uniq IS NOT NULL;

-- Outgoing mail: the body is sealed until it is sent, then forgotten.
CREATE TABLE mail (
  firm_id {id} NOT NULL REFERENCES firm(id),
  id {id} NOT NULL,
  household_id {id},
  purpose text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  message {bytes},
  state text NOT NULL,
  created_at bigint NOT NULL,
  sent_at bigint,
  PRIMARY KEY (firm_id, id)
);

-- Hooks that came in: the same bytes twice have one effect.
CREATE TABLE hook (
  provider text NOT NULL,
  hash {bytes} NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (provider, hash)
);
