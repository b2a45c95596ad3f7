-- By which path a movement came: a connection, or all files of an institution. A movement stays with the account that the path calls by
-- name, also while that account stands behind another one.
ALTER TABLE trade ADD COLUMN via {id};
