-- What says how far migrations have come, and the locks of those who run them.
CREATE TABLE IF NOT EXISTS schema_meta (
    key           text,
    subsystem     text,
    last_executed text,
    executed      text[],
    pending       text[],
    PRIMARY KEY (key, subsystem)
);

CREATE TABLE IF NOT EXISTS locks (
    key   text PRIMARY KEY,
    owner text,
    ttl   timestamptz
);
CREATE INDEX IF NOT EXISTS locks_ttl_idx ON locks (ttl);
