-- The tables of Kong 3.9 as its own migrations leave them: names, order of columns, keys, indexes and triggers are the same, so that a Kong node can
-- share the database. Every statement may run again over what is there.

-- Takes at most two expired rows with every insert; the trigger names the column that says when a row expires.
CREATE OR REPLACE FUNCTION batch_delete_expired_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'DELETE FROM %1$I.%2$I WHERE ctid IN (SELECT ctid FROM %1$I.%2$I WHERE %3$I < CURRENT_TIMESTAMP AT TIME ZONE ''UTC'''
            || ' ORDER BY %3$I LIMIT 2 FOR UPDATE SKIP LOCKED)',
        TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]);
    RETURN NULL;
END;
$$;

-- Keeps in the table tags which entity has which.
CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM tags WHERE entity_name = TG_TABLE_NAME;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM tags WHERE entity_id = OLD.id;
    ELSE
        INSERT INTO tags (entity_id, entity_name, tags) VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
            ON CONFLICT (entity_id) DO UPDATE SET entity_name = EXCLUDED.entity_name, tags = EXCLUDED.tags;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TABLE IF NOT EXISTS workspaces (
    id         uuid PRIMARY KEY,
    name       text,
    comment    text,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    meta       jsonb,
    config     jsonb,
    updated_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT workspaces_name_key UNIQUE (name)
);

CREATE TABLE IF NOT EXISTS parameters (
    key        text PRIMARY KEY,
    value      text NOT NULL,
    created_at timestamptz
);

CREATE TABLE IF NOT EXISTS tags (
    entity_id   uuid PRIMARY KEY,
    entity_name text,
    tags        text[]
);
CREATE INDEX IF NOT EXISTS tags_entity_name_idx ON tags (entity_name);
CREATE INDEX IF NOT EXISTS tags_tags_idx ON tags USING gin (tags);

CREATE TABLE IF NOT EXISTS cluster_events (
    id        uuid PRIMARY KEY,
    node_id   uuid NOT NULL,
    at        timestamptz NOT NULL,
    nbf       timestamptz,
    expire_at timestamptz NOT NULL,
    channel   text,
    data      text
);
CREATE INDEX IF NOT EXISTS cluster_events_at_idx ON cluster_events (at);
CREATE INDEX IF NOT EXISTS cluster_events_channel_idx ON cluster_events (channel);
CREATE INDEX IF NOT EXISTS cluster_events_expire_at_idx ON cluster_events (expire_at);
DROP TRIGGER IF EXISTS cluster_events_ttl_trigger ON cluster_events;
CREATE TRIGGER cluster_events_ttl_trigger AFTER INSERT ON cluster_events
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('expire_at');

CREATE TABLE IF NOT EXISTS consumers (
    id         uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    username   text,
    custom_id  text,
    tags       text[],
    ws_id      uuid,
    updated_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT consumers_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT consumers_ws_id_custom_id_unique UNIQUE (ws_id, custom_id),
    CONSTRAINT consumers_ws_id_username_unique UNIQUE (ws_id, username),
    CONSTRAINT consumers_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS consumers_tags_idx ON consumers USING gin (tags);
CREATE INDEX IF NOT EXISTS consumers_username_idx ON consumers (lower(username));
DROP TRIGGER IF EXISTS consumers_sync_tags_trigger ON consumers;
CREATE TRIGGER consumers_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON consumers
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS certificates (
    id         uuid PRIMARY KEY,
    created_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    cert       text,
    key        text,
    tags       text[],
    ws_id      uuid,
    cert_alt   text,
    key_alt    text,
    updated_at timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT certificates_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT certificates_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS certificates_tags_idx ON certificates USING gin (tags);
DROP TRIGGER IF EXISTS certificates_sync_tags_trigger ON certificates;
CREATE TRIGGER certificates_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON certificates
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS services (
    id                    uuid PRIMARY KEY,
    created_at            timestamptz,
    updated_at            timestamptz,
    name                  text,
    retries               bigint,
    protocol              text,
    host                  text,
    port                  bigint,
    path                  text,
    connect_timeout       bigint,
    write_timeout         bigint,
    read_timeout          bigint,
    tags                  text[],
    client_certificate_id uuid,
    tls_verify            boolean,
    tls_verify_depth      smallint,
    ca_certificates       uuid[],
    ws_id                 uuid,
    enabled               boolean DEFAULT true,
    CONSTRAINT services_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT services_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT services_client_certificate_id_fkey FOREIGN KEY (client_certificate_id, ws_id) REFERENCES certificates (id, ws_id),
    CONSTRAINT services_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS services_fkey_client_certificate ON services (client_certificate_id);
CREATE INDEX IF NOT EXISTS services_tags_idx ON services USING gin (tags);
DROP TRIGGER IF EXISTS services_sync_tags_trigger ON services;
CREATE TRIGGER services_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON services
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS routes (
    id                         uuid PRIMARY KEY,
    created_at                 timestamptz,
    updated_at                 timestamptz,
    name                       text,
    service_id                 uuid,
    protocols                  text[],
    methods                    text[],
    hosts                      text[],
    paths                      text[],
    snis                       text[],
    sources                    jsonb[],
    destinations               jsonb[],
    regex_priority             bigint,
    strip_path                 boolean,
    preserve_host              boolean,
    tags                       text[],
    https_redirect_status_code integer,
    headers                    jsonb,
    path_handling              text DEFAULT 'v0',
    ws_id                      uuid,
    request_buffering          boolean,
    response_buffering         boolean,
    expression                 text,
    priority                   bigint,
    CONSTRAINT routes_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT routes_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT routes_service_id_fkey FOREIGN KEY (service_id, ws_id) REFERENCES services (id, ws_id),
    CONSTRAINT routes_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS routes_service_id_idx ON routes (service_id);
CREATE INDEX IF NOT EXISTS routes_tags_idx ON routes USING gin (tags);
DROP TRIGGER IF EXISTS routes_sync_tags_trigger ON routes;
CREATE TRIGGER routes_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON routes
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS snis (
    id             uuid PRIMARY KEY,
    created_at     timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    name           text NOT NULL,
    certificate_id uuid,
    tags           text[],
    ws_id          uuid,
    updated_at     timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT snis_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT snis_name_key UNIQUE (name),
    CONSTRAINT snis_certificate_id_fkey FOREIGN KEY (certificate_id, ws_id) REFERENCES certificates (id, ws_id),
    CONSTRAINT snis_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS snis_certificate_id_idx ON snis (certificate_id);
CREATE INDEX IF NOT EXISTS snis_tags_idx ON snis USING gin (tags);
DROP TRIGGER IF EXISTS snis_sync_tags_trigger ON snis;
CREATE TRIGGER snis_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON snis
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS upstreams (
    id                        uuid PRIMARY KEY,
    created_at                timestamptz DEFAULT (CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'),
    name                      text,
    hash_on                   text,
    hash_fallback             text,
    hash_on_header            text,
    hash_fallback_header      text,
    hash_on_cookie            text,
    hash_on_cookie_path       text,
    slots                     integer NOT NULL,
    healthchecks              jsonb,
    tags                      text[],
    algorithm                 text,
    host_header               text,
    client_certificate_id     uuid,
    ws_id                     uuid,
    hash_on_query_arg         text,
    hash_fallback_query_arg   text,
    hash_on_uri_capture       text,
    hash_fallback_uri_capture text,
    use_srv_name              boolean DEFAULT false,
    updated_at                timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT upstreams_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT upstreams_ws_id_name_unique UNIQUE (ws_id, name),
    CONSTRAINT upstreams_client_certificate_id_fkey FOREIGN KEY (client_certificate_id) REFERENCES certificates (id),
    CONSTRAINT upstreams_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS upstreams_fkey_client_certificate ON upstreams (client_certificate_id);
CREATE INDEX IF NOT EXISTS upstreams_tags_idx ON upstreams USING gin (tags);
DROP TRIGGER IF EXISTS upstreams_sync_tags_trigger ON upstreams;
CREATE TRIGGER upstreams_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON upstreams
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS targets (
    id          uuid PRIMARY KEY,
    created_at  timestamptz DEFAULT (CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'),
    upstream_id uuid,
    target      text NOT NULL,
    weight      integer NOT NULL,
    tags        text[],
    ws_id       uuid,
    cache_key   text,
    updated_at  timestamptz DEFAULT (CURRENT_TIMESTAMP(3) AT TIME ZONE 'UTC'),
    CONSTRAINT targets_cache_key_key UNIQUE (cache_key),
    CONSTRAINT targets_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT targets_upstream_id_fkey FOREIGN KEY (upstream_id, ws_id) REFERENCES upstreams (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT targets_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS targets_tags_idx ON targets USING gin (tags);
CREATE INDEX IF NOT EXISTS targets_target_idx ON targets (target);
CREATE INDEX IF NOT EXISTS targets_upstream_id_idx ON targets (upstream_id);
DROP TRIGGER IF EXISTS targets_sync_tags_trigger ON targets;
CREATE TRIGGER targets_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON targets
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS plugins (
    id            uuid PRIMARY KEY,
    created_at    timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    name          text NOT NULL,
    consumer_id   uuid,
    service_id    uuid,
    route_id      uuid,
    config        jsonb NOT NULL,
    enabled       boolean NOT NULL,
    cache_key     text,
    protocols     text[],
    tags          text[],
    ws_id         uuid,
    instance_name text,
    updated_at    timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT plugins_cache_key_key UNIQUE (cache_key),
    CONSTRAINT plugins_id_ws_id_unique UNIQUE (id, ws_id),
    CONSTRAINT plugins_ws_id_instance_name_unique UNIQUE (ws_id, instance_name),
    CONSTRAINT plugins_consumer_id_fkey FOREIGN KEY (consumer_id, ws_id) REFERENCES consumers (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT plugins_route_id_fkey FOREIGN KEY (route_id, ws_id) REFERENCES routes (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT plugins_service_id_fkey FOREIGN KEY (service_id, ws_id) REFERENCES services (id, ws_id) ON DELETE CASCADE,
    CONSTRAINT plugins_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS plugins_consumer_id_idx ON plugins (consumer_id);
CREATE INDEX IF NOT EXISTS plugins_name_idx ON plugins (name);
CREATE INDEX IF NOT EXISTS plugins_route_id_idx ON plugins (route_id);
CREATE INDEX IF NOT EXISTS plugins_service_id_idx ON plugins (service_id);
CREATE INDEX IF NOT EXISTS plugins_tags_idx ON plugins USING gin (tags);
DROP TRIGGER IF EXISTS plugins_sync_tags_trigger ON plugins;
CREATE TRIGGER plugins_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON plugins
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS ca_certificates (
    id          uuid PRIMARY KEY,
    created_at  timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    cert        text NOT NULL,
    tags        text[],
    cert_digest text NOT NULL,
    updated_at  timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    CONSTRAINT ca_certificates_cert_digest_key UNIQUE (cert_digest)
);
DROP TRIGGER IF EXISTS ca_certificates_sync_tags_trigger ON ca_certificates;
CREATE TRIGGER ca_certificates_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON ca_certificates
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS sm_vaults (
    id          uuid PRIMARY KEY,
    ws_id       uuid,
    prefix      text,
    name        text NOT NULL,
    description text,
    config      jsonb NOT NULL,
    created_at  timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    updated_at  timestamptz,
    tags        text[],
    CONSTRAINT sm_vaults_id_ws_id_key UNIQUE (id, ws_id),
    CONSTRAINT sm_vaults_prefix_key UNIQUE (prefix),
    CONSTRAINT sm_vaults_prefix_ws_id_key UNIQUE (prefix, ws_id),
    CONSTRAINT sm_vaults_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS sm_vaults_tags_idx ON sm_vaults USING gin (tags);
DROP TRIGGER IF EXISTS sm_vaults_sync_tags_trigger ON sm_vaults;
CREATE TRIGGER sm_vaults_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON sm_vaults
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS key_sets (
    id         uuid PRIMARY KEY,
    name       text,
    tags       text[],
    ws_id      uuid,
    created_at timestamptz,
    updated_at timestamptz,
    CONSTRAINT key_sets_name_key UNIQUE (name),
    CONSTRAINT key_sets_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS key_sets_tags_idx ON key_sets USING gin (tags);
DROP TRIGGER IF EXISTS key_sets_sync_tags_trigger ON key_sets;
CREATE TRIGGER key_sets_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON key_sets
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS keys (
    id         uuid PRIMARY KEY,
    set_id     uuid,
    name       text,
    cache_key  text,
    ws_id      uuid,
    kid        text,
    jwk        text,
    pem        jsonb,
    tags       text[],
    created_at timestamptz,
    updated_at timestamptz,
    CONSTRAINT keys_cache_key_key UNIQUE (cache_key),
    CONSTRAINT keys_kid_set_id_key UNIQUE (kid, set_id),
    CONSTRAINT keys_name_key UNIQUE (name),
    CONSTRAINT keys_set_id_fkey FOREIGN KEY (set_id) REFERENCES key_sets (id) ON DELETE CASCADE,
    CONSTRAINT keys_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id)
);
CREATE INDEX IF NOT EXISTS keys_fkey_key_sets ON keys (set_id);
CREATE INDEX IF NOT EXISTS keys_tags_idx ON keys USING gin (tags);
DROP TRIGGER IF EXISTS keys_sync_tags_trigger ON keys;
CREATE TRIGGER keys_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON keys
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS filter_chains (
    id         uuid PRIMARY KEY,
    name       text,
    enabled    boolean DEFAULT true,
    route_id   uuid,
    service_id uuid,
    ws_id      uuid,
    cache_key  text,
    filters    jsonb[],
    tags       text[],
    created_at timestamptz,
    updated_at timestamptz,
    CONSTRAINT filter_chains_cache_key_key UNIQUE (cache_key),
    CONSTRAINT filter_chains_name_key UNIQUE (name),
    CONSTRAINT filter_chains_route_id_fkey FOREIGN KEY (route_id) REFERENCES routes (id) ON DELETE CASCADE,
    CONSTRAINT filter_chains_service_id_fkey FOREIGN KEY (service_id) REFERENCES services (id) ON DELETE CASCADE,
    CONSTRAINT filter_chains_ws_id_fkey FOREIGN KEY (ws_id) REFERENCES workspaces (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX IF NOT EXISTS filter_chains_cache_key_idx ON filter_chains (cache_key);
CREATE UNIQUE INDEX IF NOT EXISTS filter_chains_name_idx ON filter_chains (name);
CREATE INDEX IF NOT EXISTS filter_chains_tags_idx ON filter_chains USING gin (tags);
DROP TRIGGER IF EXISTS filter_chains_sync_tags_trigger ON filter_chains;
CREATE TRIGGER filter_chains_sync_tags_trigger AFTER INSERT OR DELETE OR UPDATE ON filter_chains
    FOR EACH ROW EXECUTE PROCEDURE sync_tags();

CREATE TABLE IF NOT EXISTS clustering_data_planes (
    id               uuid PRIMARY KEY,
    hostname         text NOT NULL,
    ip               text NOT NULL,
    last_seen        timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    config_hash      text NOT NULL,
    ttl              timestamptz,
    version          text,
    sync_status      text NOT NULL DEFAULT 'unknown',
    updated_at       timestamptz DEFAULT (CURRENT_TIMESTAMP(0) AT TIME ZONE 'UTC'),
    labels           jsonb,
    cert_details     jsonb,
    rpc_capabilities text[]
);
CREATE INDEX IF NOT EXISTS clustering_data_planes_ttl_idx ON clustering_data_planes (ttl);
DROP TRIGGER IF EXISTS clustering_data_planes_ttl_trigger ON clustering_data_planes;
CREATE TRIGGER clustering_data_planes_ttl_trigger AFTER INSERT ON clustering_data_planes
    FOR EACH STATEMENT EXECUTE PROCEDURE batch_delete_expired_rows('ttl');

CREATE TABLE IF NOT EXISTS clustering_rpc_requests (
    id       bigserial PRIMARY KEY,
    node_id  uuid NOT NULL,
    reply_to uuid NOT NULL,
    ttl      timestamptz NOT NULL,
    payload  json NOT NULL
);
CREATE INDEX IF NOT EXISTS clustering_rpc_requests_node_id_idx ON clustering_rpc_requests (node_id);

CREATE TABLE IF NOT EXISTS clustering_sync_version (
    version serial PRIMARY KEY
);

CREATE TABLE IF NOT EXISTS clustering_sync_delta (
    version integer NOT NULL,
    type    text NOT NULL,
    pk      json NOT NULL,
    ws_id   uuid NOT NULL,
    entity  json,
    CONSTRAINT clustering_sync_delta_version_fkey FOREIGN KEY (version) REFERENCES clustering_sync_version (version) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS clustering_sync_delta_version_idx ON clustering_sync_delta (version);
