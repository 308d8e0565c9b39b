-- kong.tools.http
local M = {}

-- Numbers come first.
local function before(a, b)
  if type(a) == type(b) then
    return a < b
  end
  return type(a) == "number"
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys, before)
  return keys
end

-- Tables in the values get names of their own: a[1], a.b.
function M.encode_args(args, raw, no_array_indexes)
  local url = require("socket.url")
  local parts = {}
  local function put(name, value)
    if not raw then
      name, value = url.escape(tostring(name)), value ~= nil and url.escape(tostring(value)) or nil
    end
    parts[#parts + 1] = value == nil and tostring(name) or name .. "=" .. tostring(value)
  end
  local function nest(name, value)
    for _, key in ipairs(sorted_keys(value)) do
      local inner = type(key) ~= "number" and name .. "." .. tostring(key) or no_array_indexes and name .. "[]" or name .. "[" .. key .. "]"
      if type(value[key]) == "table" then
        nest(inner, value[key])
      else
        put(inner, value[key])
      end
    end
  end
  for _, key in ipairs(sorted_keys(args)) do
    local value = args[key]
    if type(value) == "table" then
      nest(tostring(key), value)
    elseif value == ngx.null then
      put(key, "")
    elseif value == "" then
      parts[#parts + 1] = tostring(key)
    else
      put(key, tostring(value))
    end
  end
  return table.concat(parts, "&")
end

local function as_list(t)
  local list, size = {}, 0
  for key, value in pairs(t) do
    local place = tonumber(key)
    if not place then
      return nil
    end
    list[place] = value
    size = size + 1
  end
  return #list == size and list or nil
end

local words = { [""] = ngx.null, ["true"] = true }

-- Values of a form as what they stand for.
function M.decode_args(args)
  local decoded = {}
  for key, value in pairs(args) do
    if type(value) == "table" then
      decoded[key] = as_list(value) or value
    elseif value == "false" then
      decoded[key] = false
    elseif words[value] ~= nil then
      decoded[key] = words[value]
    else
      decoded[key] = value
    end
  end
  return decoded
end

function M.check_https(trusted, allow_terminated)
  if tostring(ngx.var.scheme):lower() == "https" then
    return true
  end
  if not allow_terminated or not trusted then
    return false
  end
  local proto = ngx.var.http_x_forwarded_proto
  if not proto then
    return false
  end
  if proto:find(",", 1, true) then
    return nil, "Only one X-Forwarded-Proto header allowed"
  end
  return proto:lower() == "https"
end

function M.validate_http_token(token)
  if token == nil or token == "" then
    return nil, "no token provided"
  end
  if token:find("[%c\128-\255 ()<>@,;:\\\"/?={}%[%]]") then
    return nil, "contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\\"/?={}[] are not allowed."
  end
  return token
end
M.validate_cookie_name = M.validate_http_token

function M.validate_header_name(name)
  if name == nil or name == "" then
    return nil, "no header name provided"
  end
  if name:find("^[%w_-]+$") then
    return name
  end
  return nil, "bad header name '" .. name .. "', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
end

local fixed = { [405] = "Method not allowed", [500] = "An unexpected error occurred", [502] = "Bad gateway" }
local fallback = { [401] = "Unauthorized", [404] = "Not found", [503] = "Service unavailable" }

function M.get_default_exit_body(status, message)
  if type(status) ~= "number" then
    error("code must be a number", 2)
  end
  if status < 100 or status > 599 then
    error("code must be a number between 100 and 599", 2)
  end
  if status == 204 then
    return nil
  end
  local body = fixed[status] or message or fallback[status]
  if body ~= nil and type(body) ~= "table" then
    return { message = body }
  end
  return body
end

local types = {
  ["application/json"] = "application/json; charset=utf-8", ["text/html"] = "text/html; charset=utf-8", ["text/plain"] = "text/plain; charset=utf-8",
  ["application/xml"] = "application/xml; charset=utf-8", ["application/grpc"] = "",
}
local of_family = { application = types["application/json"], text = types["text/plain"], ["*"] = types["application/json"] }

-- The type of an answer for what somebody asks for.
function M.get_mime_type(wanted, use_default)
  local name = tostring(wanted or ""):match("^%s*([^;]-)%s*;") or tostring(wanted or ""):match("^%s*(.-)%s*$")
  local family, kind = name:match("^([^/]*)/(.*)$")
  local found
  if kind == "*" then
    found = of_family[family]
  elseif family then
    found = types[name]
  end
  if found or use_default ~= false then
    return found or types["application/json"]
  end
  return nil, "could not find MIME type"
end

-- The type that an Accept header likes best.
function M.get_response_type(accept)
  if type(accept) == "table" then
    accept = table.concat(accept, ",")
  end
  local best, found = 0, types["application/json"]
  for part in tostring(accept or ""):gmatch("[^,]+") do
    local name = part:match("^%s*([%w%-%.%+!#$&^_*]+/[%w%-%.%+!#$&^_*]+)")
    local quality = tonumber(part:match(";%s*q%s*=%s*([%d%.]+)")) or 1
    if name and quality > best then
      best, found = quality, M.get_mime_type(name:lower()) or found
    end
  end
  return found
end

local templates = {
  ["application/json"] = '{\n  "message":"%s",\n  "request_id":"%s"\n}',
  ["text/plain"] = "%s\nrequest_id: %s\n",
  ["text/html"] = '<!doctype html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>Error</title>\n  </head>\n  <body>\n    <h1>Error</h1>\n'
    .. "    <p>%s.</p>\n    <p>request_id: %s</p>\n  </body>\n</html>\n",
  ["application/xml"] = '<?xml version="1.0" encoding="UTF-8"?>\n<error>\n  <message>%s</message>\n  <requestid>%s</requestid>\n</error>\n',
  ["application/grpc"] = "",
}
local settings = { ["application/json"] = "json", ["text/plain"] = "plain", ["text/html"] = "html", ["application/xml"] = "xml" }

-- The text of an error of a type, from the settings error_template_… if there is one.
function M.get_error_template(kind)
  local name = tostring(kind or ""):match("^[^;]*")
  if kind == "" then
    name = "application/grpc"
  end
  local path = settings[name] and kong.configuration["error_template_" .. settings[name]]
  if path then
    local text, err = require("pl.file").read(path)
    if text then
      return text
    end
    ngx.log(ngx.ERR, "failed reading the custom " .. settings[name] .. " error template: " .. tostring(err))
  end
  if templates[name] then
    return templates[name]
  end
  return nil, "no template found for MIME type " .. (kind or "empty")
end

function M.get_header(name)
  local value = ngx.req.get_headers()[name]
  return type(value) == "table" and value[1] or value
end

function M.parse_directive_header(header)
  local directives = {}
  if not header then
    return require("kong.tools.table").EMPTY
  end
  if type(header) == "table" then
    header = table.concat(header, ", ")
  end
  for part in header:gmatch("[^,]+") do
    local name, value = part:match("^%s*([^=]+)=?(.*)$")
    if name then
      directives[name:lower()] = tonumber(value) or value ~= "" and value or true
    end
  end
  return directives
end

function M.calculate_resource_ttl(directives)
  local age = directives and (directives["s-maxage"] or directives["max-age"])
  if not age then
    local expires = ngx.var.sent_http_expires
    local time = ngx.parse_http_time(tostring(type(expires) == "table" and expires[#expires] or expires))
    age = time and time - ngx.time()
  end
  return age and math.max(age, 0) or 0
end

return M
