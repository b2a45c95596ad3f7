-- What a firm says of a signal's rule: whether it is on, and its threshold (null = the product's own). Versions are appended and never
-- changed: a draft, what was published, or a draft that was dropped. The newest row of a rule is its draft if it says so.
CREATE TABLE signal_setting (
  firm_id {id} NOT NULL REFERENCES firm(id),
  rule text NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  is_on boolean NOT NULL,
  threshold text,
  actor text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (firm_id, rule, version)
){clustered};
