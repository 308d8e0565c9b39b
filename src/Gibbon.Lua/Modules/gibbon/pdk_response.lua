-- kong.response
local G = ...
local native, current, settle, check = G.native, G.current, G.settle, G.check
local P = G.own("phases")
G.own("headers")
local check_header, check_headers, is_emptied, dashed = G.check_header, G.check_headers, G.is_emptied, G.dashed
local type, error, band, lower = type, error, bit.band, string.lower

local READING = P.response + P.header_filter + P.body_filter + P.log + P.error + P.admin_api
local WRITING = P.rewrite + P.access + P.response + P.balancer + P.header_filter + P.error + P.admin_api

local response = {}

function response.get_status()
  check(READING)
  return settle(2, native.response_status())
end

function response.get_source()
  check(READING)
  return settle(2, native.response_source())
end

-- What the connection is going to say, and how the body is framed, are among the headers from the start, although they are written last.
local function connection()
  if native.response_status() == 101 then
    return "upgrade"
  end
  local said = native.request_header("connection")
  said = type(said) == "string" and "," .. said:lower():gsub("%s", "") .. "," or ""
  local version = native.request_http_version()
  local kept = version == 1 and said:find(",keep-alive,", 1, true) or version ~= 1 and not said:find(",close,", 1, true)
  return kept and "keep-alive" or "close"
end

local UNFRAMED = { [204] = true, [304] = true, [101] = true }

local function is_chunked(headers)
  return band(current[2], P.body_filter + P.log) ~= 0 and headers["content-length"] == nil and native.request_http_version() == 1.1
    and not UNFRAMED[native.response_status()] and native.request_method() ~= "HEAD"
end

function G.with_connection(headers)
  if headers.connection == nil and current[2] ~= P.admin_api then
    headers.connection = connection()
  end
  if is_chunked(headers) then
    headers["transfer-encoding"] = "chunked"
  end
  return headers
end

function response.get_header(name)
  check(READING)
  if type(name) ~= "string" then
    error("header name must be a string", 2)
  end
  if lower(name) == "connection" then
    return response.get_headers().connection
  end
  return settle(2, native.response_header(name))
end

function response.get_headers(max_headers)
  check(READING)
  G.check_limit(max_headers, "max_headers")
  local headers, err = native.response_headers(max_headers)
  if headers == G.FAILED then
    error(err, 2)
  end
  return setmetatable(G.with_connection(headers), G.header_names), err
end

local function check_unsent()
  if native.response_headers_sent() then
    error("headers have already been sent", 3)
  end
end

local function check_status(status, lowest)
  if type(status) ~= "number" then
    error("code must be a number", 3)
  end
  if status < lowest or status > 599 then
    error("code must be a number between " .. lowest .. " and 599", 3)
  end
end

function response.set_status(status)
  check(WRITING)
  check_unsent()
  check_status(status, 100)
  return settle(2, native.response_set_status(status))
end

function response.set_header(name, value)
  check(WRITING)
  check_unsent()
  check_header(name, value)
  if name == "" then
    return
  end
  if is_emptied(value) then
    return settle(2, native.response_clear_header(name))
  end
  return settle(2, native.response_set_header(dashed(name), value))
end

function response.add_header(name, value)
  check(WRITING)
  check_unsent()
  check_header(name, value)
  if name == "" or is_emptied(value) then
    return
  end
  return settle(2, native.response_add_header(dashed(name), value))
end

function response.clear_header(name)
  check(WRITING)
  check_unsent()
  if type(name) ~= "string" then
    error("header name must be a string", 2)
  end
  if name == "" then
    return
  end
  return settle(2, native.response_clear_header(name))
end

function response.set_headers(headers)
  check(WRITING)
  check_unsent()
  if type(headers) ~= "table" then
    error("headers must be a table", 2)
  end
  return settle(2, native.response_set_headers(check_headers(headers, 3, native.response_clear_header, true)))
end

function response.get_raw_body()
  check(P.body_filter)
  return settle(2, native.response_raw_body())
end

function response.set_raw_body(body)
  check(P.body_filter)
  if type(body) ~= "string" then
    error("body must be a string", 2)
  end
  return settle(2, native.response_set_raw_body(body))
end

-- In these phases what comes after the answer does not run; in the others nginx lets it.
local ENDING = P.rewrite + P.access + P.preread + P.certificate + P.response + P.error + P.admin_api

local function ended(first, ...)
  if first == G.PENDING then
    first = G.settle(4, first, ...)
  end
  if first == G.FAILED then
    error((...), 3)
  end
  if band(current[2], ENDING) ~= 0 then
    return G.exit()
  end
end

local cjson
local function encode(value)
  cjson = cjson or require("cjson.safe")
  return G.kong_json().encode(value)
end

function response.exit(status, body, headers)
  if current[2] ~= P.preread then
    check(WRITING)
  end
  check_unsent()
  check_status(status, 100)
  if body ~= nil and type(body) ~= "string" and type(body) ~= "table" then
    error("body must be a nil, string or table", 2)
  end
  if headers ~= nil and type(headers) ~= "table" then
    error("headers must be a nil or table", 2)
  end
  if headers then
    headers = check_headers(headers, 3, native.response_clear_header, true)
  end
  if type(body) == "table" then
    local json, err = encode(body)
    if not json then
      error("body encoding failed while flushing response: " .. err, 2)
    end
    return ended(native.response_exit(status, json, headers, true, type(body.message) == "string" and body.message or nil))
  end
  return ended(native.response_exit(status, body, headers, false))
end

function response.error(status, message, headers)
  check(WRITING)
  check_unsent()
  check_status(status, 400)
  if message ~= nil and type(message) ~= "string" and type(message) ~= "table" then
    error("message must be a nil, a string or a table", 2)
  end
  if headers ~= nil and type(headers) ~= "table" then
    error("headers must be a nil or table", 2)
  end
  if headers then
    headers = check_headers(headers, 3, native.response_clear_header, true)
  end
  if type(message) == "table" then
    local json, err = encode(message)
    if not json then
      error("could not JSON encode the error message: " .. err, 2)
    end
    message = json
  end
  return ended(native.response_error(status, message, headers))
end

return response
