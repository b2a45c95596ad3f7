-- The year in which somebody was born, where the day is not known: their age is an estimate.
ALTER TABLE member ADD COLUMN born_year bigint;
