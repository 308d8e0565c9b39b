CREATE TABLE IF NOT EXISTS ratelimiting_metrics (
    identifier  text,
    period      text,
    period_date timestamptz,
    service_id  uuid DEFAULT '00000000-0000-0000-0000-000000000000',
    route_id    uuid DEFAULT '00000000-0000-0000-0000-000000000000',
    value       integer,
    ttl         timestamptz,
    PRIMARY KEY (identifier, period, period_date, service_id, route_id)
);
CREATE INDEX IF NOT EXISTS ratelimiting_metrics_idx ON ratelimiting_metrics (service_id, route_id, period_date, period);
CREATE INDEX IF NOT EXISTS ratelimiting_metrics_ttl_idx ON ratelimiting_metrics (ttl);
DROP TRIGGER IF EXISTS ratelimiting_metrics_ttl_trigger ON ratelimiting_metrics;
CREATE TRIGGER ratelimiting_metrics_ttl_trigger AFTER INSERT ON ratelimiting_metrics
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('ttl');
