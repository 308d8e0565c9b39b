-- kong.constants

-- A list that says of each name that it has it.
local function with_names(list)
  for _, name in ipairs(list) do
    list[name] = true
  end
  return list
end

local core_cached = with_names({ "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins", "ca_certificates", "vaults", "key_sets", "keys" })

local plugins = with_names({
  "jwt", "acl", "correlation-id", "cors", "oauth2", "tcp-log", "udp-log", "file-log", "http-log", "key-auth", "hmac-auth", "basic-auth", "ip-restriction",
  "request-transformer", "response-transformer", "request-size-limiting", "rate-limiting", "response-ratelimiting", "syslog", "loggly", "datadog",
  "ldap-auth", "statsd", "bot-detection", "aws-lambda", "request-termination", "prometheus", "proxy-cache", "session", "acme", "grpc-gateway", "grpc-web",
  "pre-function", "post-function", "azure-functions", "zipkin", "opentelemetry", "ai-proxy", "ai-prompt-decorator", "ai-prompt-template", "ai-prompt-guard",
  "ai-request-transformer", "ai-response-transformer", "standard-webhooks", "redirect",
})
for place = #plugins, 1, -1 do
  plugins[place] = nil
end

return {
  BUNDLED_PLUGINS = plugins,
  DEPRECATED_PLUGINS = {},
  BUNDLED_VAULTS = { env = true },
  DEPRECATED_VAULTS = {},
  HEADERS = {
    HOST_OVERRIDE = "X-Host-Override",
    PROXY_LATENCY = "X-Kong-Proxy-Latency",
    RESPONSE_LATENCY = "X-Kong-Response-Latency",
    ADMIN_LATENCY = "X-Kong-Admin-Latency",
    UPSTREAM_LATENCY = "X-Kong-Upstream-Latency",
    UPSTREAM_STATUS = "X-Kong-Upstream-Status",
    CONSUMER_ID = "X-Consumer-ID",
    CONSUMER_CUSTOM_ID = "X-Consumer-Custom-ID",
    CONSUMER_USERNAME = "X-Consumer-Username",
    CREDENTIAL_USERNAME = "X-Credential-Username",
    CREDENTIAL_IDENTIFIER = "X-Credential-Identifier",
    RATELIMIT_LIMIT = "X-RateLimit-Limit",
    RATELIMIT_REMAINING = "X-RateLimit-Remaining",
    CONSUMER_GROUPS = "X-Consumer-Groups",
    AUTHENTICATED_GROUPS = "X-Authenticated-Groups",
    FORWARDED_HOST = "X-Forwarded-Host",
    FORWARDED_PREFIX = "X-Forwarded-Prefix",
    FORWARDED_PROTO = "X-Forwarded-Proto",
    FORWARDED_PORT = "X-Forwarded-Port",
    FORWARDED_PATH = "X-Forwarded-Path",
    ANONYMOUS = "X-Anonymous-Consumer",
    REQUEST_ID = "X-Kong-Request-Id",
    VIA = "Via",
    SERVER = "Server",
  },
  CJSON_MAX_PRECISION = 16,
  CORE_ENTITIES = with_names({
    "workspaces", "consumers", "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins", "tags", "ca_certificates",
    "clustering_data_planes", "parameters", "vaults", "key_sets", "keys", "filter_chains",
  }),
  ENTITY_CACHE_STORE = setmetatable({ consumers = "cache", tags = "cache" }, {
    __index = function(_, name)
      return core_cached[name] and "core_cache" or "cache"
    end,
  }),
  RATELIMIT = { PERIODS = { "second", "minute", "hour", "day", "month", "year" } },
  DATABASE = { POSTGRES = { MIN = "9.5" }, DAO_MAX_TTL = 1e8 },
  REPORTS = { ADDRESS = "", STATS_TLS_PORT = 61833 },
  DICTS = {
    "kong", "kong_locks", "kong_db_cache", "kong_db_cache_miss", "kong_core_db_cache", "kong_core_db_cache_miss", "kong_secrets", "kong_healthchecks",
    "kong_cluster_events", "kong_rate_limiting_counters",
  },
  PROTOCOLS = { "grpc", "grpcs", "http", "https", "tcp", "tls", "tls_passthrough", "udp" },
  PROTOCOLS_WITH_SUBSYSTEM = {
    http = "http", https = "http", tcp = "stream", tls = "stream", udp = "stream", tls_passthrough = "stream", grpc = "http", grpcs = "http",
  },
  DECLARATIVE_DEFAULT_WORKSPACE_ID = "0dc6f45b-8f8d-40d2-a504-473544ee190b",
  DECLARATIVE_LOAD_KEY = "declarative_config:loaded",
  DECLARATIVE_HASH_KEY = "declarative_config:hash",
  DECLARATIVE_DEFAULT_WORKSPACE_KEY = "declarative_config:default_workspace",
  DECLARATIVE_EMPTY_CONFIG_HASH = ("0"):rep(32),
  CLUSTER_ID_PARAM_KEY = "cluster_id",
  CLUSTERING_TIMEOUT = 5000,
  CLUSTERING_PING_INTERVAL = 30,
  CLUSTERING_OCSP_TIMEOUT = 5000,
  CLEAR_HEALTH_STATUS_DELAY = 300,
  KEY_FORMATS_MAP = { jwk = true, pem = true },
  KEY_FORMATS = { "jwk", "pem" },
  LOG_LEVELS = {
    debug = 8, info = 7, notice = 6, warn = 5, error = 4, crit = 3, alert = 2, emerg = 1,
    "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug",
  },
  DYN_LOG_LEVEL_KEY = "kong:dyn_log_level",
  DYN_LOG_LEVEL_TIMEOUT_AT_KEY = "kong:dyn_log_level_timeout_at",
  DYN_LOG_LEVEL_DEFAULT_TIMEOUT = 60,
  SCHEMA_NAMESPACES = { PROXY_WASM_FILTERS = "proxy-wasm-filters" },
  RESPONSE_SOURCE = {
    TYPES = { ERROR = "error", EXIT = "exit", SERVICE = "service" },
    NAMES = { error = "kong", exit = "kong", service = "upstream" },
  },
  SOCKET_DIRECTORY = "sockets",
}
