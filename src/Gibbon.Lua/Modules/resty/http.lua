-- resty.http: a client of HTTP/1.1 over ngx.socket.tcp.
local M = { _VERSION = "0.17.2", _USER_AGENT = "lua-resty-http/0.17.2 (Lua)" }
local client = {}
client.__index = client

-- Headers of an answer can be asked for in any case.
local function new_headers()
  local names = {}
  local public = setmetatable({}, {
    __index = function(headers, name)
      local known = type(name) == "string" and names[(name:lower():gsub("_", "-"))]
      return known and rawget(headers, known) or nil
    end,
  })
  return public, names
end

function M.new()
  local sock, err = ngx.socket.tcp()
  if not sock then
    return nil, err
  end
  return setmetatable({ sock = sock, keepalive = true }, client)
end

function client:set_timeout(ms)
  return self.sock:settimeout(ms)
end

function client:set_timeouts(connect, send, read)
  return self.sock:settimeouts(connect, send, read)
end

-- Proxies to go through: http_proxy, https_proxy, their _authorization, and in no_proxy the hosts (with what is below them) that are asked themselves.
function client:set_proxy_options(options)
  local copy = {}
  for name, value in pairs(options) do
    copy[name] = value
  end
  self.proxy_options = copy
end

local function goes_around(no_proxy, host)
  for name in (no_proxy or ""):gmatch("[^,%s]+") do
    name = name:gsub("^%.", "")
    if name == "*" or host == name or host:sub(-#name - 1) == "." .. name then
      return true
    end
  end
  return false
end

-- Asks a proxy for a tunnel to the host of the client.
local function open_tunnel(self, authorization)
  local address = self.host .. ":" .. self.port
  local ok, err = self.sock:send("CONNECT " .. address .. " HTTP/1.1\r\nHost: " .. address .. "\r\n"
    .. (authorization and "Proxy-Authorization: " .. authorization .. "\r\n" or "") .. "\r\n")
  if not ok then
    return nil, err
  end
  local status
  status, err = self.sock:receive("*l")
  if not status then
    return nil, err
  end
  local code = tonumber(status:match("^HTTP/1%.%d (%d+)"))
  local line
  repeat
    line, err = self.sock:receive("*l")
  until not line or line == "" or line == "\r"
  if not line then
    return nil, err
  end
  if not code or code < 200 or code > 299 then
    return nil, "failed to establish a tunnel through a proxy: " .. tostring(code)
  end
  return true
end

function client:connect(options, port, ...)
  if type(options) ~= "table" then
    self.host, self.port = options, port
    return self.sock:connect(options, port, ...)
  end
  local scheme = options.scheme or "http"
  local is_tls = scheme == "https"
  self.host, self.port = options.host, options.port or (is_tls and 443 or 80)
  self.is_tls = is_tls
  local pool = options.pool or (scheme .. ":" .. tostring(self.host) .. ":" .. tostring(self.port) .. ":" .. tostring(options.ssl_server_name)
    .. ":" .. tostring(options.ssl_verify))
  local proxies = options.proxy_opts or self.proxy_options
  local proxy = proxies and not goes_around(proxies.no_proxy, tostring(self.host)) and proxies[scheme .. "_proxy"] or nil
  local host, door = self.host, self.port
  self.target_prefix, self.proxy_authorization = nil, nil
  if proxy then
    local parsed, why = self:parse_uri(proxy)
    if not parsed then
      return nil, why
    end
    host, door = parsed[2], parsed[3]
    pool = pool .. ":" .. proxy
    if not is_tls then
      self.target_prefix = "http://" .. self.host .. ":" .. self.port
      self.proxy_authorization = proxies.http_proxy_authorization
    end
  end
  local ok, err = self.sock:connect(host, door, { pool = pool, pool_size = options.pool_size })
  if not ok then
    return nil, err
  end
  if proxy and is_tls and self.sock:getreusedtimes() == 0 then
    ok, err = open_tunnel(self, proxies.https_proxy_authorization)
    if not ok then
      self.sock:close()
      return nil, err
    end
  end
  if is_tls and self.sock:getreusedtimes() == 0 then
    ok, err = self.sock:sslhandshake(nil, options.ssl_server_name or self.host, options.ssl_verify ~= false)
    if not ok then
      self.sock:close()
      return nil, err
    end
  end
  return ok
end

function client:ssl_handshake(session, name, verify)
  self.is_tls = true
  return self.sock:sslhandshake(session, name, verify)
end

function client:set_keepalive(...)
  if self.keepalive then
    return self.sock:setkeepalive(...)
  end
  local ok, err = self.sock:close()
  if not ok then
    return nil, err
  end
  return 2, "connection must be closed"
end

function client:get_reused_times()
  return self.sock:getreusedtimes()
end

function client:close()
  return self.sock:close()
end

function client:parse_uri(uri, query_in_path)
  local scheme, authority, rest = uri:match("^(https?)://([^/%?]+)(.*)$")
  if not scheme then
    scheme, authority, rest = nil, uri:match("^//([^/%?]+)(.*)$")
  end
  if not authority then
    return nil, "bad uri: " .. tostring(uri)
  end
  scheme = scheme or (ngx.var and ngx.var.scheme) or "http"
  local host, port = authority:match("^(%[.-%]):?(%d*)$")
  if not host then
    host, port = authority:match("^([^:]+):?(%d*)$")
  end
  if not host then
    return nil, "bad uri: " .. tostring(uri)
  end
  local path, query = rest:match("^([^%?]*)%??(.*)$")
  if path == "" then
    path = "/"
  end
  if query_in_path ~= false and query ~= "" then
    path = path .. "?" .. query
    query = ""
  end
  return { scheme, host, tonumber(port) or (scheme == "https" and 443 or 80), path, query }
end

local function has(headers, wanted)
  for name, value in pairs(headers) do
    if type(name) == "string" and name:lower() == wanted then
      return value
    end
  end
  return nil
end

local function head_of(self, params)
  local headers, lines = params.headers or {}, {}
  local query = params.query or ""
  if type(query) == "table" then
    query = ngx.encode_args(query)
  end
  if query ~= "" and query:sub(1, 1) ~= "?" then
    query = "?" .. query
  end
  lines[1] = (params.method or "GET") .. " " .. (self.target_prefix or "") .. (params.path or "/") .. query .. " HTTP/" .. (params.version == 1 and "1.0" or "1.1")
  if not has(headers, "host") then
    local is_default = self.port == (self.is_tls and 443 or 80) or not self.port
    lines[#lines + 1] = "Host: " .. tostring(self.host) .. (is_default and "" or ":" .. self.port)
  end
  if self.proxy_authorization then
    lines[#lines + 1] = "Proxy-Authorization: " .. self.proxy_authorization
  end
  if not has(headers, "user-agent") then
    lines[#lines + 1] = "User-Agent: " .. M._USER_AGENT
  end
  for name, value in pairs(headers) do
    if type(name) == "string" then
      for _, item in ipairs(type(value) == "table" and value or { value }) do
        item = tostring(item)
        if name:find("[%c:%s]") or item:find("[\r\n%z]") then
          return nil, "invalid characters found in header " .. name
        end
        lines[#lines + 1] = name .. ": " .. item
      end
    end
  end
  local body = params.body
  if type(body) == "table" then
    body = table.concat(body)
  end
  local is_chunked = type(body) == "function" and not has(headers, "content-length")
  if type(body) == "string" and not has(headers, "content-length") then
    lines[#lines + 1] = "Content-Length: " .. #body
  elseif body == nil and not has(headers, "content-length") and (params.method == "POST" or params.method == "PUT" or params.method == "PATCH") then
    lines[#lines + 1] = "Content-Length: 0"
  elseif is_chunked and not has(headers, "transfer-encoding") then
    lines[#lines + 1] = "Transfer-Encoding: chunked"
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n", body, is_chunked
end

local function send_body(sock, body, is_chunked)
  if type(body) == "string" then
    if body == "" then
      return true
    end
    return sock:send(body)
  end
  while type(body) == "function" do
    local piece, err = body()
    if err then
      return nil, err
    end
    if not piece then
      break
    end
    if is_chunked then
      piece = string.format("%x\r\n%s\r\n", #piece, piece)
    end
    local ok
    ok, err = sock:send(piece)
    if not ok then
      return nil, err
    end
  end
  if is_chunked then
    return sock:send("0\r\n\r\n")
  end
  return true
end

local function read_headers(sock)
  local headers, names = new_headers()
  while true do
    local line, err = sock:receive("*l")
    if not line then
      return nil, err
    end
    if line == "" then
      return headers
    end
    local name, value = line:match("^([^:%s]+):%s*(.-)%s*$")
    if name then
      local known = names[name:lower()]
      if known then
        local before = rawget(headers, known)
        headers[known] = type(before) == "table" and before or { tostring(before) }
        table.insert(headers[known], tostring(value))
      else
        names[name:lower()] = name
        headers[name] = value
      end
    end
  end
end

local function no_body()
  return nil
end

local function reader_of_length(sock, left)
  return function(max)
    if left <= 0 then
      return nil
    end
    local size = math.min(max or 65536, left)
    local piece, err, partial = sock:receive(size)
    if not piece then
      return partial ~= "" and partial or nil, err
    end
    left = left - #piece
    return piece
  end
end

local function reader_of_chunks(sock)
  local left, is_over = 0, false
  return function(max)
    if is_over then
      return nil
    end
    if left == 0 then
      local line, err = sock:receive("*l")
      if not line then
        return nil, err
      end
      left = tonumber(line:match("^%x+"), 16)
      if not left then
        return nil, "unable to read chunksize"
      end
      if left == 0 then
        is_over = true
        repeat
          line, err = sock:receive("*l")
        until not line or line == ""
        return nil, not line and err or nil
      end
    end
    local size = math.min(max or 65536, left)
    local piece, err, partial = sock:receive(size)
    if not piece then
      return nil, err, partial
    end
    left = left - size
    if left == 0 then
      sock:receive(2)
    end
    return piece
  end
end

local function reader_to_end(sock)
  local is_over = false
  return function(max)
    if is_over then
      return nil
    end
    local piece, err, partial = sock:receiveany(max or 65536)
    if not piece then
      is_over = true
      if err ~= "closed" then
        return nil, err
      end
      return partial ~= "" and partial or nil
    end
    return piece
  end
end

local function read_body(response)
  local parts = {}
  while true do
    local piece, err = response.body_reader()
    if err then
      return nil, err, table.concat(parts)
    end
    if not piece then
      return table.concat(parts)
    end
    parts[#parts + 1] = piece
  end
end

function client:send_request(params)
  local head, body, is_chunked = head_of(self, params)
  if not head then
    return nil, body
  end
  local ok, err = self.sock:send(head)
  if not ok then
    return nil, err
  end
  if has(params.headers or {}, "expect") ~= "100-continue" then
    ok, err = send_body(self.sock, body, is_chunked)
    if not ok then
      return nil, err
    end
  end
  return true
end

function client:read_response(params)
  local sock = self.sock
  local version, status, reason, headers
  repeat
    local line, err = sock:receive("*l")
    if not line then
      return nil, err
    end
    version, status, reason = line:match("^HTTP/(%d%.%d) (%d%d%d) ?(.*)$")
    if not version then
      return nil, "couldn't parse HTTP version from response status line: " .. line
    end
    status = tonumber(status)
    headers, err = read_headers(sock)
    if not headers then
      return nil, err
    end
    if status == 100 and has(params.headers or {}, "expect") == "100-continue" then
      local _, body, is_chunked = head_of(self, params)
      send_body(sock, body, is_chunked)
    end
  until status >= 200 or status == 101

  local connection = tostring(headers["Connection"] or ""):lower()
  self.keepalive = version == "1.1" and not connection:find("close", 1, true) or connection:find("keep-alive", 1, true) ~= nil

  local reader, has_body = no_body, false
  local length = tonumber(headers["Content-Length"])
  if (params.method or "GET") ~= "HEAD" and status >= 200 and status ~= 204 and status ~= 304 then
    has_body = true
    if tostring(headers["Transfer-Encoding"] or ""):lower():find("chunked", 1, true) then
      reader = reader_of_chunks(sock)
    elseif length then
      reader = reader_of_length(sock, length)
    else
      reader = reader_to_end(sock)
      self.keepalive = false
    end
  end
  return {
    status = status,
    reason = reason,
    headers = headers,
    has_body = has_body,
    body_reader = reader,
    read_body = read_body,
    read_trailers = function() end,
    version = tonumber(version),
  }
end

function client:request(params)
  local ok, err = self:send_request(params)
  if not ok then
    return nil, err
  end
  return self:read_response(params)
end

function client:request_pipeline(all)
  for i = 1, #all do
    local ok, err = self:send_request(all[i])
    if not ok then
      return nil, err
    end
  end
  local responses = {}
  for i = 1, #all do
    responses[i] = assert(self:read_response(all[i]))
  end
  return responses
end

local function request_uri(self, uri, params)
  local all = {}
  for key, value in pairs(params or {}) do
    all[key] = value
  end
  if type(uri) == "table" then
    uri = uri[1]
  end
  local parsed, err = self:parse_uri(uri, false)
  if not parsed then
    return nil, err
  end
  all.scheme, all.host, all.port = parsed[1], parsed[2], parsed[3]
  all.path = all.path or parsed[4]
  all.query = all.query or parsed[5]
  local ok
  ok, err = self:connect(all)
  if not ok then
    return nil, err
  end
  local response
  response, err = self:request(all)
  if not response then
    self:close()
    return nil, err
  end
  local body
  body, err = response:read_body()
  if not body then
    self:close()
    return nil, err
  end
  response.body = body
  if all.keepalive == false then
    self:close()
  else
    self:set_keepalive(all.keepalive_timeout, all.keepalive_pool)
  end
  return response
end

-- tracing_instrumentations of this gateway never change while a state lives
local is_traced

local function wants_span()
  if is_traced == nil then
    is_traced = false
    for _, kind in ipairs(kong and kong.configuration and kong.configuration.tracing_instrumentations or {}) do
      is_traced = is_traced or kind == "all" or kind == "http_client"
    end
  end
  return is_traced
end

-- A user and a password in it are nobody else's business.
local function shown(uri)
  return uri and (tostring(uri):gsub("^(%w+://)[^/?#]*@", "%1")) or nil
end

function client:request_uri(uri, params)
  if not wants_span() then
    return request_uri(self, uri, params)
  end
  local proxies = self.proxy_options or {}
  local span = kong.tracing.start_span("kong.internal.request", {
    span_kind = 3,
    attributes = {
      ["http.url"] = shown(type(uri) == "table" and uri[1] or uri),
      ["http.method"] = params and params.method or "GET",
      ["http.flavor"] = tostring(params and params.version or "1.1"),
      ["http.user_agent"] = params and params.headers and params.headers["User-Agent"] or M._USER_AGENT,
      ["http.proxy"] = shown(proxies.https_proxy or proxies.http_proxy),
    },
  })
  local response, err = request_uri(self, uri, params)
  if response then
    span:set_attribute("http.status_code", response.status)
  else
    span:record_error(tostring(err))
  end
  span:finish()
  return response, err
end

return M
