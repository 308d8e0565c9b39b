-- kong.request
local G = ...
local native, current, settle, check, check_not_init = G.native, G.current, G.settle, G.check, G.check_not_init
local P = G.own("phases")
local REQUEST = P.request
local BODY = P.rewrite + P.access + P.response + P.error + P.admin_api
local type, error, pairs, lower, clear = type, error, pairs, string.lower, require("table.clear")
local FORM = "application/x-www-form-urlencoded"

local request = {}

local function getter(f)
  return function()
    check(REQUEST)
    local value, err = f()
    if value == G.FAILED then
      error(err, 2)
    end
    return value
  end
end

for name, f in pairs({
  get_scheme = native.request_scheme,
  get_host = native.request_host,
  get_forwarded_scheme = native.request_forwarded_scheme,
  get_forwarded_host = native.request_forwarded_host,
  get_forwarded_port = native.request_forwarded_port,
  get_forwarded_path = native.request_forwarded_path,
  get_forwarded_prefix = native.request_forwarded_prefix,
  get_http_version = native.request_http_version,
  get_method = native.request_method,
  get_path = native.request_path,
  get_raw_path = native.request_raw_path,
  get_path_with_query = native.request_path_with_query,
  get_raw_query = native.request_raw_query,
  get_start_time = native.request_start_time,
  get_uri_captures = native.request_uri_captures,
}) do
  request[name] = getter(f)
end

local get_forwarded_prefix = request.get_forwarded_prefix
function request.get_forwarded_prefix()
  check(REQUEST)
  local prefix = get_forwarded_prefix()
  -- Before a route is known, there is a prefix and it is empty.
  if prefix == nil and current[2] == P.rewrite then
    return ""
  end
  return prefix
end

function request.get_port()
  check_not_init()
  return settle(2, native.request_port())
end

-- Whether a limit is one; raises at the caller of the caller.
local function check_limit(limit, name, level)
  if limit == nil then
    return
  end
  level = level or 3
  if type(limit) ~= "number" then
    error(name .. " must be a number", level)
  end
  if limit < 1 then
    error(name .. " must be >= 1", level)
  end
  if limit > 1000 then
    error(name .. " must be <= 1000", level)
  end
end
G.check_limit = check_limit

function request.get_query_arg(name)
  check(REQUEST)
  if type(name) ~= "string" then
    error("query argument name must be a string", 2)
  end
  return settle(2, native.request_query_arg(name))
end

function request.get_query(max_args)
  check(REQUEST)
  check_limit(max_args, "max_args")
  local args, err = native.request_query(max_args)
  if args == G.FAILED then
    error(err, 2)
  end
  -- As in Kong it is one table for the whole request: what an earlier call gave changes with it.
  local request_table = current[1]
  local known = request_table[9]
  if not known then
    request_table[9] = args
    return args, err
  end
  clear(known)
  for name, value in pairs(args) do
    known[name] = value
  end
  return known, err
end

-- Several Cookie headers are one text, unless it would read like a list.
local function all_cookies()
  local cookies = native.request_headers(1000).cookie
  local joined = type(cookies) == "table" and table.concat(cookies, "; ")
  return joined and not joined:find(", ", 1, true) and joined or nil
end

local get_header = native.request_header
function request.get_header(name)
  check(REQUEST)
  if type(name) ~= "string" then
    error("header name must be a string", 2)
  end
  local value = settle(2, get_header(name))
  if value and #name == 6 and lower(name) == "cookie" then
    return all_cookies() or value
  end
  return value
end

-- Names of headers may be written in any case, and with _ for -.
local header_names = {
  __index = function(headers, name)
    if type(name) ~= "string" then
      return nil
    end
    return rawget(headers, (name:lower():gsub("_", "-")))
  end,
}
G.header_names = header_names

function G.with_header_names(headers, err)
  if type(headers) == "table" then
    setmetatable(headers, header_names)
  end
  return headers, err
end

function request.get_headers(max_headers)
  check(REQUEST)
  check_limit(max_headers, "max_headers")
  local headers, err = native.request_headers(max_headers)
  if headers == G.FAILED then
    error(err, 2)
  end
  return setmetatable(headers, header_names), err
end

function request.get_raw_body(max_allowed_file_size)
  check(BODY)
  return settle(2, native.request_raw_body(max_allowed_file_size))
end

-- The kind of a body, as far as a limit on its arguments goes, which is checked for forms alone.
local function check_body_arguments(mimetype, max_args, content_type)
  if mimetype and type(mimetype) ~= "string" and type(mimetype) ~= "number" then
    error("bad argument #1 to 'lower' (string expected, got " .. type(mimetype) .. ")", 3)
  end
  if max_args == nil then
    return nil
  end
  local kind = mimetype or content_type()
  if kind and lower(kind):find(FORM, 1, true) == 1 then
    G.check_limit(max_args, "max_args", 4)
    return max_args
  end
  return nil
end
G.check_body_arguments = check_body_arguments

local function content_type()
  return request.get_header("content-type")
end

function request.get_body(mimetype, max_args, max_allowed_file_size)
  check(BODY)
  max_args = check_body_arguments(mimetype, max_args, content_type)
  local body, err, kind = settle(3, native.request_body(mimetype, max_args, max_allowed_file_size))
  if kind == FORM and err and err:find("^request body did not fit") then
    err = "request body in temp file not supported"
  end
  if body == nil and kind == nil then
    return nil, err
  end
  return body, err, kind
end

return request
