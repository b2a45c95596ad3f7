-- The audit chain. Events are written without it, so that a firm's writes do not wait for each other; the sealer follows within a second.

-- Events that the sealer has not come to yet: written with the event itself.
CREATE TABLE audit_waiting (
  firm_id {id} NOT NULL,
  event_id {id} NOT NULL,
  PRIMARY KEY (firm_id, event_id),
  FOREIGN KEY (firm_id, event_id) REFERENCES event(firm_id, id)
);

-- Each event of a firm once, without gaps. hash covers the row before and everything that the event says. Only added to.
CREATE TABLE audit_seal (
  firm_id {id} NOT NULL,
  seq bigint NOT NULL,
  event_id {id} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (firm_id, seq),
  UNIQUE (firm_id, event_id),
  FOREIGN KEY (firm_id, event_id) REFERENCES event(firm_id, id)
);

-- The end of the chain, signed each time that it grew. key: the master key that the signing key comes from. Only added to.
CREATE TABLE audit_checkpoint (
  firm_id {id} NOT NULL REFERENCES firm(id),
  seq bigint NOT NULL,
  hash {bytes} NOT NULL,
  at bigint NOT NULL,
  key {bytes} NOT NULL,
  signature {bytes} NOT NULL,
  PRIMARY KEY (firm_id, seq)
);
