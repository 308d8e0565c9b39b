-- kong.request, kong.response and ngx for handlers of endpoints, where there is no request of the proxy. In place only in states whose plugins have endpoints.
local G = ...
local native, current = G.native, G.current
local P = G.own("phases")
local type, error, pairs, tostring, select, setmetatable, rawget, rawset = type, error, pairs, tostring, select, setmetatable, rawget, rawset
local ADMIN = P.admin_api

local function exchange()
  return current[1][10]
end

-- Puts a function before the one that is there: it answers while an endpoint runs.
local function before(module, name, own)
  local usual = module[name]
  module[name] = function(a, b, c, d)
    if current[2] == ADMIN then
      return own(a, b, c, d)
    end
    return usual(a, b, c, d)
  end
end

local request, response = kong.request, kong.response

local function header(name)
  return exchange().request.headers[name]
end

before(request, "get_method", function()
  return exchange().request.method
end)
before(request, "get_header", function(name)
  local value = header(name)
  return type(value) == "table" and value[1] or value
end)
before(request, "get_headers", function()
  return exchange().request.headers
end)
before(request, "get_query", function()
  return exchange().request.query
end)
before(request, "get_query_arg", function(name)
  local value = exchange().request.query[name]
  return type(value) == "table" and value[1] or value
end)
before(request, "get_raw_query", function()
  return exchange().request.target:match("%?(.*)$") or ""
end)
before(request, "get_path", function()
  return (exchange().request.target:match("^[^?]*"))
end)
before(request, "get_raw_path", request.get_path)
before(request, "get_path_with_query", function()
  return exchange().request.target
end)
before(request, "get_raw_body", function()
  return exchange().request.raw
end)
before(request, "get_body", function()
  local body = exchange().request.body
  if not body then
    return nil, "missing content type"
  end
  return body, nil, header("content-type")
end)
before(request, "get_host", function()
  return exchange().request.host
end)
before(request, "get_scheme", function()
  return "http"
end)

local function send(status, body, headers)
  local x = exchange()
  for name, value in pairs(headers or {}) do
    x.headers[name] = value
  end
  native.admin_answer(status, body, x.headers)
  return G.exit()
end

before(response, "exit", function(status, body, headers)
  if type(status) ~= "number" then
    error("code must be a number", 2)
  end
  if status < 100 or status > 599 then
    error("code must be a number between 100 and 599", 2)
  end
  headers = headers or {}
  local x = exchange()
  local kind = x.headers["Content-Type"] or headers["Content-Type"] or headers["content-type"]
  if type(body) == "table" then
    require("cjson.safe")
    local json, err = G.kong_json().encode(body)
    if not json then
      error("body encoding failed while flushing response: " .. err, 2)
    end
    x.headers["Content-Type"] = kind or "application/json; charset=utf-8"
    return send(status, json, headers)
  end
  if body ~= nil and type(body) ~= "string" then
    error("body must be a nil, string or table", 2)
  end
  if body and body ~= "" then
    x.headers["Content-Type"] = kind or "application/json"
  end
  return send(status, body, headers)
end)

before(response, "error", function(status, message, headers)
  return response.exit(status, { message = message or "An unexpected error occurred" }, headers)
end)
before(response, "set_status", function(status)
  exchange().status = status
end)
before(response, "get_status", function()
  return exchange().status
end)
before(response, "set_header", function(name, value)
  exchange().headers[name] = value
end)
before(response, "add_header", function(name, value)
  local headers = exchange().headers
  headers[name] = headers[name] and headers[name] .. ", " .. tostring(value) or value
end)
before(response, "clear_header", function(name)
  exchange().headers[name] = nil
end)
before(response, "set_headers", function(headers)
  for name, value in pairs(headers) do
    exchange().headers[name] = value
  end
end)
before(response, "get_header", function(name)
  return exchange().headers[name]
end)

local req = ngx.req
before(req, "get_method", request.get_method)
before(req, "get_headers", request.get_headers)
before(req, "get_uri_args", request.get_query)
before(req, "read_body", function() end)
before(req, "get_body_data", function()
  local raw = exchange().request.raw
  return raw ~= "" and raw or nil
end)
before(req, "get_body_file", function() end)
before(req, "get_post_args", function()
  return exchange().request.body or {}
end)

local function write(line_end, ...)
  local written = exchange().written
  for i = 1, select("#", ...) do
    written[#written + 1] = tostring((select(i, ...)))
  end
  written[#written + 1] = line_end
  return 1
end

local usual_print, usual_say, usual_exit = ngx.print, ngx.say, ngx.exit

function ngx.print(...)
  if current[2] == ADMIN then
    return write("", ...)
  end
  return usual_print(...)
end

function ngx.say(...)
  if current[2] == ADMIN then
    return write("\n", ...)
  end
  return usual_say(...)
end

function ngx.exit(status)
  if current[2] == ADMIN then
    local x = exchange()
    return response.exit(status >= 100 and status or x.status or 200, table.concat(x.written))
  end
  return usual_exit(status)
end

-- ngx.status and ngx.header are found by metatables.
local usual_header = ngx.header
local headers_mt = {
  __index = function(_, name)
    if current[2] == ADMIN then
      return exchange().headers[(name:gsub("_", "-"))]
    end
    return usual_header[name]
  end,
  __newindex = function(_, name, value)
    if current[2] == ADMIN then
      exchange().headers[(name:gsub("_", "-"))] = value
    else
      usual_header[name] = value
    end
  end,
}
rawset(ngx, "header", setmetatable({}, headers_mt))

local mt = getmetatable(ngx)
local index, newindex = mt.__index, mt.__newindex
function mt.__index(self, key)
  if key == "status" and current[2] == ADMIN then
    return exchange().status or 0
  end
  return index(self, key)
end
function mt.__newindex(self, key, value)
  if key == "status" and current[2] == ADMIN then
    exchange().status = value
    return
  end
  return newindex(self, key, value)
end

return true
