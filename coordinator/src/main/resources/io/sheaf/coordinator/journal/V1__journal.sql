-- What happened, in order; a body is a segment of items or of results, of so many bytes before it was packed.
CREATE TABLE entry (
  number ${number} PRIMARY KEY,
  job    BIGINT NOT NULL,
  kind   INTEGER NOT NULL,
  head   ${bytes} NOT NULL,
  first  BIGINT NOT NULL,
  after  BIGINT NOT NULL,
  size   BIGINT NOT NULL,
  body   ${bytes}
);

CREATE INDEX entry_job ON entry (job);

-- Single numbers: the epoch, the highest job number.
CREATE TABLE mark (
  name  VARCHAR(40) PRIMARY KEY,
  value BIGINT NOT NULL
);

-- The workers that are here.
CREATE TABLE worker (
  name VARCHAR(400) PRIMARY KEY
);
