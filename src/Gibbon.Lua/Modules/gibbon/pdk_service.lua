-- kong.service, kong.service.request, kong.service.response
local G = ...
local native, settle, check = G.native, G.settle, G.check
local P = G.own("phases")
G.own("headers")
local check_header, check_headers, is_emptied = G.check_header, G.check_headers, G.is_emptied
local type, error, floor, pairs, pcall, tostring = type, error, math.floor, pairs, pcall, tostring
local sort, concat, format = table.sort, table.concat, string.format

local CONNECTING = P.rewrite + P.access + P.balancer + P.preread
local EARLY = P.rewrite + P.access
local UNTIL_BALANCER = EARLY + P.balancer
local TLS = P.preread + P.balancer
local READING = P.response + P.header_filter + P.body_filter + P.log

local service, request, response = {}, {}, {}

local function check_integer(value, name, lowest, highest)
  if type(value) ~= "number" or floor(value) ~= value then
    error(name .. " must be an integer", 3)
  end
  if value < lowest or value > highest then
    error(name .. " must be an integer between " .. lowest .. " and " .. highest .. ": given " .. value, 3)
  end
end

local function check_type(value, expected, message)
  if type(value) ~= expected then
    error(message, 3)
  end
end

function service.set_upstream(host)
  check(P.access)
  check_type(host, "string", "host must be a string")
  return settle(2, native.service_set_upstream(host))
end

function service.set_target(host, port)
  check(CONNECTING)
  check_type(host, "string", "host must be a string")
  check_integer(port, "port", 0, 65535)
  return settle(2, native.service_set_target(host, port))
end

function service.set_target_retry_callback(retry_callback)
  check(P.access)
  check_type(retry_callback, "function", "retry_callback must be a function")
  return settle(2, native.service_set_retry_callback(function()
    local ok, chosen, err = pcall(retry_callback)
    if not ok or not chosen then
      native.service_retry_failed(tostring(err or chosen))
    end
  end))
end

function service.set_retries(retries)
  check(P.access)
  check_integer(retries, "retries", 0, 32767)
  return settle(2, native.service_set_retries(retries))
end

function service.set_timeouts(connect, write, read)
  check(P.access)
  check_integer(connect, "connect_timeout", 1, 2147483646)
  check_integer(write, "write_timeout", 1, 2147483646)
  check_integer(read, "read_timeout", 1, 2147483646)
  return settle(2, native.service_set_timeouts(connect, write, read))
end

function service.set_tls_verify(on)
  check(CONNECTING)
  check_type(on, "boolean", "argument must be a boolean")
  return settle(2, native.service_set_tls_verify(on))
end

function service.set_tls_cert_key(chain, key)
  check(CONNECTING)
  check_type(chain, "cdata", "chain must be a parsed cdata object")
  check_type(key, "cdata", "key must be a parsed cdata object")
  local pem = G.own("openssl_pem")
  return settle(2, native.service_set_tls_cert_key(pem.chain(chain), pem.key(key)))
end

function service.set_tls_verify_store(store)
  check(CONNECTING)
  if not require("resty.openssl.x509.store").istype(store) then
    error("argument must be a resty.openssl.x509.store object", 2)
  end
  return settle(2, native.service_set_tls_verify_store(G.own("openssl_pem").store(store.ctx)))
end

function service.set_tls_verify_depth(depth)
  check(CONNECTING)
  check_type(depth, "number", "argument must be a number")
  return settle(2, native.service_set_tls_verify_depth(depth))
end

function request.enable_buffering()
  check(UNTIL_BALANCER)
  return settle(2, native.service_enable_buffering())
end

function request.set_scheme(scheme)
  check(UNTIL_BALANCER)
  check_type(scheme, "string", "scheme must be a string")
  return settle(2, native.service_set_scheme(scheme))
end

function request.set_path(path)
  check(UNTIL_BALANCER)
  check_type(path, "string", "path must be a string")
  return settle(2, native.service_set_path(path))
end

function request.set_raw_query(query)
  check(EARLY)
  check_type(query, "string", "query must be a string")
  return settle(2, native.service_set_raw_query(query))
end

-- Arguments in the order of their texts, each encoded by itself: one that says nothing (false, an empty list) leaves its separator.
local function encode_args(args)
  local texts = {}
  for name, value in pairs(args) do
    if type(name) ~= "string" then
      error("arg keys must be strings", 3)
    end
    local ok, text = pcall(ngx.encode_args, { [name] = value })
    if not ok then
      error(text, 3)
    end
    texts[#texts + 1] = text
  end
  sort(texts)
  return concat(texts, "&")
end

function request.set_query(args)
  check(EARLY)
  check_type(args, "table", "args must be a table")
  return settle(2, native.service_set_raw_query(encode_args(args)))
end

function request.clear_query_arg(name)
  check(EARLY)
  check_type(name, "string", "query argument name must be a string")
  return settle(2, native.service_clear_query_arg(name))
end

function request.set_method(method)
  check(EARLY)
  check_type(method, "string", "method must be a string")
  return settle(2, native.service_set_method(method))
end

function request.set_header(name, value)
  check(UNTIL_BALANCER)
  check_header(name, value)
  if name == "" then
    return
  end
  if is_emptied(value) then
    return settle(2, native.service_clear_header(name))
  end
  return settle(2, native.service_set_header(name, value))
end

function request.add_header(name, value)
  check(EARLY)
  check_header(name, value)
  if name == "" or is_emptied(value) then
    return
  end
  return settle(2, native.service_add_header(name, value))
end

function request.clear_header(name)
  check(EARLY)
  check_type(name, "string", "header must be a string")
  if name == "" then
    return
  end
  return settle(2, native.service_clear_header(name))
end

function request.set_headers(headers)
  check(EARLY)
  check_type(headers, "table", "headers must be a table")
  return settle(2, native.service_set_headers(check_headers(headers, 3, native.service_clear_header)))
end

function request.set_raw_body(body)
  check(UNTIL_BALANCER)
  check_type(body, "string", "body must be a string")
  return settle(2, native.service_set_raw_body(body))
end

local sendable = { string = true, number = true, boolean = true }

local function check_part(name, value)
  if type(name) ~= "string" then
    error(format("invalid key %q: got %s, expected string", tostring(name), type(name)), 3)
  end
  if not sendable[type(value)] then
    error(format("invalid value %q: got %s, expected string, number or boolean", name, type(value)), 3)
  end
end

-- The texts of JSON and of forms are made here, of the table as Lua has it: it may be a list.
function request.set_body(args, mime)
  check(EARLY)
  check_type(args, "table", "args must be a table")
  if mime ~= nil and type(mime) ~= "string" then
    error("mime must be a string", 2)
  end
  local wanted = mime or kong.request.get_header("content-type")
  local kind = wanted and wanted:match("^[^;]+")
  local text, err
  if kind == "application/json" then
    require("cjson.safe")
    text, err = G.kong_json().encode(args)
    if not text then
      error(err, 2)
    end
  elseif kind == "application/x-www-form-urlencoded" then
    text = encode_args(args)
  elseif kind == "multipart/form-data" then
    for name, value in pairs(args) do
      check_part(name, value)
    end
  end
  if not text then
    return settle(2, native.service_set_body(args, mime))
  end
  settle(3, native.service_set_raw_body(text))
  settle(3, native.service_set_header("Content-Type", wanted))
  return true
end

function request.enable_tls()
  check(TLS)
  return settle(2, native.service_enable_tls())
end

function request.disable_tls()
  check(TLS)
  return settle(2, native.service_disable_tls())
end

function response.get_status()
  check(READING)
  return settle(2, native.service_response_status())
end

function response.get_headers(max_headers)
  check(READING)
  G.check_limit(max_headers, "max_headers")
  local headers, err = native.service_response_headers(max_headers)
  if headers == G.FAILED then
    error(err, 2)
  end
  return setmetatable(G.with_connection(headers), G.header_names)
end

function response.get_header(name)
  check(READING)
  check_type(name, "string", "name must be a string")
  return settle(2, native.service_response_header(name))
end

function response.get_raw_body()
  check(READING)
  return settle(2, native.service_response_raw_body())
end

local function content_type()
  return response.get_header("content-type")
end

function response.get_body(mimetype, max_args)
  check(READING)
  if max_args ~= nil or mimetype ~= nil then
    -- Raises when there is no body to be had.
    settle(3, native.service_response_raw_body())
  end
  max_args = G.check_body_arguments(mimetype, max_args, content_type)
  return settle(2, native.service_response_body(mimetype, max_args))
end

service.request = request
service.response = response
return service
