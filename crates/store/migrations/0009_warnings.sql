-- What a provider tells the client in its own words about one connection, as of its latest answer. Shown, never acted upon.
CREATE TABLE connection_warning (
  firm_id {id} NOT NULL,
  connection_id {id} NOT NULL,
  place bigint NOT NULL,
  words text NOT NULL,
  since bigint NOT NULL,
  PRIMARY KEY (firm_id, connection_id, place),
  FOREIGN KEY (firm_id, connection_id) REFERENCES connection(firm_id, id)
);
