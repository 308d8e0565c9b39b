CREATE TABLE IF NOT EXISTS sessions (
    id         uuid PRIMARY KEY,
    session_id text,
    expires    integer,
    data       text,
    created_at timestamptz,
    ttl        timestamptz,
    CONSTRAINT sessions_session_id_key UNIQUE (session_id)
);
CREATE INDEX IF NOT EXISTS session_sessions_expires_idx ON sessions (expires);
CREATE INDEX IF NOT EXISTS sessions_ttl_idx ON sessions (ttl);
DROP TRIGGER IF EXISTS sessions_ttl_trigger ON sessions;
CREATE TRIGGER sessions_ttl_trigger AFTER INSERT ON sessions
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('ttl');
