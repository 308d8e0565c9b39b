-- The global `ngx`.
local G = ...
local native, current, settle, null = G.native, G.current, G.settle, G.null
local P = G.own("phases")
local type, error, tostring, select, pairs, setmetatable, rawget, rawset = type, error, tostring, select, pairs, setmetatable, rawget, rawset
local concat, getinfo = table.concat, debug.getinfo

local ngx = {
  null = null,
  OK = 0, ERROR = -1, AGAIN = -2, DONE = -4, DECLINED = -5,
  STDERR = 0, EMERG = 1, ALERT = 2, CRIT = 3, ERR = 4, WARN = 5, NOTICE = 6, INFO = 7, DEBUG = 8,
  HTTP_GET = 2, HTTP_HEAD = 4, HTTP_POST = 8, HTTP_PUT = 16, HTTP_DELETE = 32, HTTP_MKCOL = 64, HTTP_COPY = 128, HTTP_MOVE = 256,
  HTTP_OPTIONS = 512, HTTP_PROPFIND = 1024, HTTP_PROPPATCH = 2048, HTTP_LOCK = 4096, HTTP_UNLOCK = 8192, HTTP_PATCH = 16384, HTTP_TRACE = 32768,
  HTTP_CONTINUE = 100, HTTP_SWITCHING_PROTOCOLS = 101, HTTP_OK = 200, HTTP_CREATED = 201, HTTP_ACCEPTED = 202, HTTP_NO_CONTENT = 204,
  HTTP_PARTIAL_CONTENT = 206, HTTP_SPECIAL_RESPONSE = 300, HTTP_MOVED_PERMANENTLY = 301, HTTP_MOVED_TEMPORARILY = 302, HTTP_SEE_OTHER = 303,
  HTTP_NOT_MODIFIED = 304, HTTP_TEMPORARY_REDIRECT = 307, HTTP_PERMANENT_REDIRECT = 308, HTTP_BAD_REQUEST = 400, HTTP_UNAUTHORIZED = 401,
  HTTP_PAYMENT_REQUIRED = 402, HTTP_FORBIDDEN = 403, HTTP_NOT_FOUND = 404, HTTP_NOT_ALLOWED = 405, HTTP_NOT_ACCEPTABLE = 406,
  HTTP_REQUEST_TIMEOUT = 408, HTTP_CONFLICT = 409, HTTP_GONE = 410, HTTP_UPGRADE_REQUIRED = 426, HTTP_TOO_MANY_REQUESTS = 429, HTTP_CLOSE = 444,
  HTTP_ILLEGAL = 451, HTTP_INTERNAL_SERVER_ERROR = 500, HTTP_NOT_IMPLEMENTED = 501, HTTP_METHOD_NOT_IMPLEMENTED = 501, HTTP_BAD_GATEWAY = 502,
  HTTP_SERVICE_UNAVAILABLE = 503, HTTP_GATEWAY_TIMEOUT = 504, HTTP_VERSION_NOT_SUPPORTED = 505, HTTP_INSUFFICIENT_STORAGE = 507,
}

-- ngx.ctx: what Kong puts there is found when it is asked for.
local found = {
  KONG_PHASE = function()
    return current[2]
  end,
  authenticated_consumer = native.client_consumer,
  authenticated_credential = native.client_credential,
  authenticated_groups = native.client_groups,
  route = native.router_route,
  service = native.router_service,
  host = native.request_host,
  scheme = native.request_scheme,
  request_uri = native.request_path_with_query,
  KONG_PROCESSING_START = native.request_start_time,
  router_matches = function()
    local captures = native.request_uri_captures()
    if captures == G.FAILED then
      return nil
    end
    local uri = captures.unnamed
    for name, value in pairs(captures.named) do
      uri[name] = value
    end
    return { uri_captures = uri }
  end,
  workspace = function()
    return kong.default_workspace
  end,
  plugin_id = native.plugin_id,
}

-- What the balancer goes by, as far as it is known before it has chosen; times that are written here hold for the request.
local times = { connect_timeout = true, send_timeout = true, read_timeout = true }

function found.balancer_data()
  local service = native.router_service()
  if service == G.FAILED or type(service) ~= "table" then
    return nil
  end
  local data = {
    scheme = service.protocol, host = service.host, port = service.port, retries = service.retries, try_count = 0, tries = {},
    connect_timeout = service.connect_timeout, send_timeout = service.write_timeout, read_timeout = service.read_timeout,
  }
  return setmetatable({}, {
    __index = data,
    __newindex = function(_, name, value)
      data[name] = value
      if times[name] and type(value) == "number" then
        settle(2, native.service_set_timeouts(data.connect_timeout, data.send_timeout, data.read_timeout))
      end
    end,
  })
end

local unkept = { KONG_PHASE = true, plugin_id = true, authenticated_consumer = true, authenticated_credential = true, authenticated_groups = true }

local ctx_mt = {
  __index = function(ctx, key)
    local f = found[key]
    if not f or not current[1] then
      return nil
    end
    local value = f()
    if value == G.FAILED then
      return nil
    end
    if value ~= nil and not unkept[key] then
      rawset(ctx, key, value)
    end
    return value
  end,
  __newindex = function(ctx, key, value)
    rawset(ctx, key, value)
    if key == "authenticated_groups" and current[2] == P.access and type(value) == "table" then
      native.client_set_groups(value)
    end
  end,
}

local function get_ctx()
  local request = current[1]
  if not request then
    error("no request ctx found", 3)
  end
  local ctx = request[1]
  if not ctx then
    ctx = setmetatable({}, ctx_mt)
    request[1] = ctx
  end
  return ctx
end

local http = G.own("ngx_http")
for name, value in pairs(http.functions) do
  ngx[name] = value
end
for name, value in pairs(G.own("ngx_text")) do
  ngx[name] = value
end
ngx.re = G.own("ngx_re")
ngx.shared = G.own("ngx_shared")

setmetatable(ngx, {
  __index = function(_, key)
    if key == "ctx" then
      return get_ctx()
    end
    if key == "status" then
      return http.get_status()
    end
    if key == "headers_sent" then
      return native.response_headers_sent()
    end
    return nil
  end,
  __newindex = function(self, key, value)
    if key == "ctx" then
      local request = current[1]
      if not request then
        error("no request found", 2)
      end
      request[1] = setmetatable(value, ctx_mt)
    elseif key == "status" then
      http.set_status(value)
    else
      rawset(self, key, value)
    end
  end,
})

function ngx.get_phase()
  if not native.worker_id() then
    return "init"
  end
  return G.nginx_phases[current[2]] or "timer"
end

-- Time. The clock is always right, so there is nothing to update.
ngx.now = native.now
function ngx.time()
  return math.floor(native.now())
end
function ngx.update_time() end
function ngx.today()
  return native.format_time(nil, "today")
end
function ngx.localtime()
  return native.format_time(nil, "local")
end
function ngx.utctime()
  return native.format_time(nil, "utc")
end
function ngx.http_time(seconds)
  return native.format_time(seconds, "http")
end
function ngx.cookie_time(seconds)
  return native.format_time(seconds, "cookie")
end
function ngx.parse_http_time(text)
  return native.parse_http_time(text)
end

function ngx.sleep(seconds)
  if type(seconds) ~= "number" or seconds < 0 then
    error("bad argument #1 to 'sleep' (invalid sleep duration)", 2)
  end
  return settle(2, native.sleep(seconds))
end

local function text(n, ...)
  local parts = { ... }
  for i = 1, n do
    local part = parts[i]
    parts[i] = part == null and "null" or tostring(part)
  end
  return concat(parts, "", 1, n)
end

function ngx.log(level, ...)
  if type(level) ~= "number" or level < 0 or level > 8 then
    error("bad argument #1 to 'log' (bad log level)", 2)
  end
  if native.log_enabled(level) then
    local info = getinfo(2, "Sl")
    native.log_write(level, text(select("#", ...), ...), info and info.short_src or "", info and info.currentline or 0, nil)
  end
end

function print(...)
  if native.log_enabled(ngx.NOTICE) then
    local info = getinfo(2, "Sl")
    native.log_write(ngx.NOTICE, text(select("#", ...), ...), info and info.short_src or "", info and info.currentline or 0, nil)
  end
end

ngx.worker = {
  id = native.worker_id,
  count = native.worker_count,
  pid = native.process_id,
  exiting = native.worker_exiting,
}

ngx.config = {
  subsystem = "http",
  debug = false,
  nginx_version = 1025003,
  ngx_lua_version = 10026,
  nginx_configure = function()
    return ""
  end,
}
ngx.config.prefix = function()
  return kong.configuration.prefix .. "/"
end

local timer = G.own("timer")
ngx.timer = {
  at = function(delay, callback, ...)
    return timer:at(delay, callback, ...)
  end,
  every = function(delay, callback, ...)
    return timer:every(delay, callback, ...)
  end,
  running_count = native.timer_running,
  pending_count = native.timer_pending,
}

-- There are no locations; who asks one is told so.
local function no_location()
  error("ngx.location.capture is not supported: there are no locations", 2)
end
ngx.location = { capture = no_location, capture_multi = no_location }

-- Plugins count on what OpenResty's own libraries tell LuaJIT's FFI.
pcall(require("ffi").cdef, "struct timespec { long tv_sec; long tv_nsec; };")

ngx.thread = G.own("ngx_thread")
ngx.socket = G.own("ngx_socket")

return ngx
