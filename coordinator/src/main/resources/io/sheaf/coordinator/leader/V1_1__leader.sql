-- Who leads, over which connection, and up to when that may be taken for granted; a single row.
-- The epoch is a key, so that FOR KEY SHARE keeps it from changing and the rest of the row not.
CREATE TABLE leader (
  one     BOOLEAN PRIMARY KEY DEFAULT TRUE CHECK (one),
  epoch   BIGINT NOT NULL UNIQUE,
  holder  VARCHAR(400) NOT NULL,
  backend INTEGER NOT NULL,
  until   TIMESTAMPTZ NOT NULL
);

INSERT INTO leader (epoch, holder, backend, until) VALUES (0, 'nobody', 0, now() - interval '1 hour');

-- Code of jobs, in parts of 1 MiB; all of them or none.
CREATE TABLE file (
  name VARCHAR(200) NOT NULL,
  part INTEGER NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (name, part)
);
