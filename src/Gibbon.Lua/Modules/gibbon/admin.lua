-- Endpoints of the Admin API and the Status API that plugins bring in api.lua and status_api.lua. A request to one runs in a coroutine of its own, with no
-- request of the proxy behind it: what handlers ask of kong.request, kong.response and ngx is answered from the place 10 of the request's table.
local G = ...
local current = G.current
local type, error, pairs, ipairs, tostring, setmetatable, select = type, error, pairs, ipairs, tostring, setmetatable, select

G.own("admin_request")

local verbs = { GET = true, HEAD = true, POST = true, PUT = true, PATCH = true, DELETE = true, OPTIONS = true, CONNECT = true, TRACE = true }

-- The routes of a plugin by file and path: { schema = …, methods = { GET = …, before = …, on_error = … } }.
local loaded = {}

-- What the gateway itself answers at a path of the kind, for a handler that asks for its "parent".
local function generated(path)
  local endpoints = require("kong.api.endpoints")
  local made = {}
  for kind in path:gmatch("[^/:]+") do
    for _, name in ipairs({ kind, (kind:gsub("%-", "_")) }) do
      local dao = kong.db[name]
      if dao and dao.schema.generate_admin_api ~= false then
        endpoints.new(dao.schema, made)
      end
    end
  end
  return made[path]
end

local function with_parent(handler, parent)
  return function(self, db, helpers)
    return handler(self, db, helpers, function(post_process)
      return parent(self, db, helpers, post_process)
    end)
  end
end

local function read(plugin, file)
  local module = "kong.plugins." .. plugin .. "." .. file
  if not G.find_module(module) then
    return {}
  end
  local routes = {}
  for path, definition in pairs(require(module)) do
    if type(path) == "string" and path:sub(1, 1) == "/" and type(definition) == "table" then
      local route = file == "api" and generated(path) or nil
      route = route or { methods = {} }
      route.schema = definition.schema or route.schema
      for name, handler in pairs(definition.methods or definition) do
        local parent = route.methods[name]
        if type(handler) == "function" then
          route.methods[name] = parent and with_parent(handler, parent) or handler
        end
      end
      routes[path] = route
    end
  end
  return routes
end

local function routes_of(plugin, file)
  local key = plugin .. "." .. file
  if not loaded[key] then
    loaded[key] = read(plugin, file)
  end
  return loaded[key]
end

local A = {}

-- A list of { path, method or false for each, the schema's name or false }.
function A.list(plugin, file)
  local list = {}
  for path, route in pairs(routes_of(plugin, file)) do
    local schema = type(route.schema) == "table" and route.schema.name or false
    local any
    for name in pairs(route.methods) do
      if verbs[name] then
        any = true
        list[#list + 1] = { path, name, schema }
      end
    end
    if not any and route.methods.before then
      list[#list + 1] = { path, false, schema }
    end
  end
  return list
end

local statuses = { [1] = 400, [2] = 400, [3] = 409, [4] = 400, [5] = 409, [6] = 404, [7] = 400, [12] = 405, [13] = 400 }

-- What is answered when a handler yields an error and the route does not say otherwise.
local function on_error(self)
  local err = self.errors[1]
  local status = type(err) == "table" and statuses[err.code]
  if not status then
    kong.log.err(type(err) == "table" and err.message or err)
    return kong.response.exit(500, { message = "An unexpected error occurred" })
  end
  err.strategy = nil
  return kong.response.exit(status, err)
end

local function yield_error(err)
  local exchange = current[1][10]
  exchange.self.errors = { err }
  exchange.on_error(exchange.self)
  G.exit()
end
A.yield_error = yield_error

local helpers = { yield_error = yield_error }

function helpers.assert_error(value, err, ...)
  if not value then
    yield_error(err)
  end
  return value, err, ...
end

local function overlay(target, ...)
  for i = 1, select("#", ...) do
    for key, value in pairs((select(i, ...))) do
      target[key] = value
    end
  end
  return target
end

-- The request as lapis would show it.
local function new_self(request)
  local post = request.body or {}
  local path, query = request.target:match("^([^?]*)%??(.*)$")
  return {
    params = overlay({}, request.query, post, request.parameters),
    args = { uri = request.query, post = post },
    GET = request.query,
    POST = post,
    json = request.is_json and post or nil,
    route_name = request.path,
    options = {},
    req = {
      headers = request.headers,
      method = request.method,
      cmd_mth = request.method,
      cmd_url = request.target,
      params_get = request.query,
      params_post = post,
      parsed_url = { path = path, query = query ~= "" and query or nil, scheme = "http", host = request.host },
    },
    write = function(_, ...)
      for i = 1, select("#", ...) do
        local part = select(i, ...)
        if type(part) == "string" then
          ngx.print(part)
        end
      end
    end,
  }
end

-- What a handler returns is an answer too: a text, or a table with status, json, headers.
local function answer(exchange, result)
  if type(result) == "table" then
    overlay(exchange.headers, type(result.headers) == "table" and result.headers or {})
    if result.content_type then
      exchange.headers["Content-Type"] = result.content_type
    end
    if result.json ~= nil then
      return kong.response.exit(result.status or exchange.status or 200, result.json)
    end
    return kong.response.exit(result.status or exchange.status or 200, result[1] and tostring(result[1]) or table.concat(exchange.written))
  end
  if type(result) == "string" then
    exchange.written[#exchange.written + 1] = result
  end
  return kong.response.exit(type(result) == "number" and result >= 100 and result or exchange.status or 200, table.concat(exchange.written))
end

-- Runs the handler of an endpoint; always ends in kong.response.exit or an error.
function A.serve(plugin, file, request)
  local route = routes_of(plugin, file)[request.path]
  setmetatable(request.headers, G.header_names)
  local exchange = { request = request, headers = {}, written = {}, on_error = on_error }
  current[1][10] = exchange
  if not route then
    -- It was there when the gateway started, and its file has changed since.
    return kong.response.exit(404, { message = "Not found" })
  end
  local methods = route.methods
  exchange.on_error = methods.on_error or on_error
  local self = new_self(request)
  exchange.self = self
  local db = kong.db
  if methods.before then
    local result = methods.before(self, db, helpers)
    if result ~= nil or #exchange.written > 0 then
      return answer(exchange, result)
    end
  end
  local handler = methods[request.method] or request.method == "HEAD" and methods.GET
  if not handler then
    return kong.response.exit(405, { message = "Method not allowed" })
  end
  return answer(exchange, (handler(self, db, helpers)))
end

return A
