CREATE TABLE IF NOT EXISTS response_ratelimiting_metrics (
    identifier  text,
    period      text,
    period_date timestamptz,
    service_id  uuid DEFAULT '00000000-0000-0000-0000-000000000000',
    route_id    uuid DEFAULT '00000000-0000-0000-0000-000000000000',
    value       integer,
    PRIMARY KEY (identifier, period, period_date, service_id, route_id)
);
