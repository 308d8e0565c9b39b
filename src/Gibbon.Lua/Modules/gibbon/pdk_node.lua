-- kong.node, ip, nginx, router, plugin, cluster, table, vault, dns, configuration
local G = ...
local native, current, settle, check = G.native, G.current, G.settle, G.check
local P = G.own("phases")
local type, error, pairs, setmetatable, rawget = type, error, pairs, setmetatable, rawget
local ROUTED = P.access + P.header_filter + P.response + P.body_filter + P.log

local node = {}

function node.get_id()
  return settle(2, native.node_id())
end

function node.get_hostname()
  return settle(2, native.node_hostname())
end

function node.get_memory_stats(unit, scale)
  if scale ~= nil and (type(scale) ~= "number" or scale < 0) then
    error("scale must be equal or greater than 0", 2)
  end
  return settle(2, native.node_memory(unit ~= nil and tostring(unit) or nil, scale))
end

local ip = {}

function ip.is_trusted(address)
  return settle(2, native.ip_is_trusted(address))
end

local nginx = {}

function nginx.get_subsystem()
  return settle(2, native.nginx_subsystem())
end

function nginx.get_statistics()
  return settle(2, native.nginx_statistics())
end

-- Routes and services are asked for with every request and change seldom: each is made a table once per request.
local function once(place, f, finish)
  return function()
    check(ROUTED)
    local request = current[1]
    local known = request and request[place]
    if known ~= nil then
      return known or nil
    end
    local entity, err = f()
    if entity == G.FAILED then
      error(err, 2)
    end
    if entity then
      finish(entity)
    end
    if request then
      request[place] = entity or false
    end
    return entity
  end
end

local function with_workspace(entity)
  entity.ws_id = kong.default_workspace
end

local router = {
  -- Only routes of expressions have a priority.
  get_route = once(5, native.router_route, function(route)
    with_workspace(route)
    route.priority = route.expression and route.priority or nil
  end),
  get_service = once(6, native.router_service, with_workspace),
}

local plugin = {}

function plugin.get_id()
  return settle(2, native.plugin_id())
end

local cluster = {}

function cluster.get_id()
  return settle(2, native.cluster_id())
end

local tables = {}

tables.new = require("table.new")
tables.clear = require("table.clear")

function tables.merge(t1, t2)
  local result = {}
  if t1 then
    for key, value in pairs(t1) do
      result[key] = value
    end
  end
  if t2 then
    for key, value in pairs(t2) do
      result[key] = value
    end
  end
  return result
end

local vault = {}

function vault.is_reference(reference)
  return native.vault_is_reference(reference)
end

function vault.parse_reference(reference)
  if not native.vault_is_reference(reference) then
    return nil, "not a reference [" .. tostring(reference) .. "]"
  end
  return settle(2, native.vault_parse(reference))
end

function vault.get(reference)
  if type(reference) ~= "string" then
    return nil, "not a reference [" .. tostring(reference) .. "]"
  end
  local value, err = settle(3, native.vault_get(reference))
  if value ~= nil or not err then
    return value
  end
  -- Which reference it was is for logs.
  local named = " [" .. reference .. "]"
  local without = err:sub(1, -#named - 1)
  return nil, err:sub(-#named) == named and without:find("^could not ") and without or err
end

local function replace(target, key, reference)
  target[key] = vault.get(reference) or ""
end

-- References in configurations are replaced before a plugin sees them; this is for tables that keep theirs in "$refs".
function vault.update(options)
  if type(options) ~= "table" then
    return options
  end
  for key, value in pairs(options) do
    if key ~= "$refs" and type(value) == "table" then
      vault.update(value)
    end
  end
  local references = options["$refs"]
  for name, reference in pairs(type(references) == "table" and references or {}) do
    if type(reference) == "string" then
      replace(options, name, reference)
    elseif type(reference) == "table" and type(options[name]) == "table" then
      for key, one in pairs(reference) do
        replace(options[name], key, one)
      end
    end
  end
  return options
end

function vault.try(callback, options)
  local ok, err = callback(options)
  if ok then
    return ok, err
  end
  return callback(options)
end

function vault.flush()
  return settle(2, native.vault_flush())
end

function vault.warmup() end

function vault.init_worker() end

local dns = {}

function dns.toip(host, port)
  return settle(2, native.dns_toip(host, port or 0))
end

function dns.resolve(host)
  local address, err = settle(3, native.dns_toip(host, 0))
  if not address then
    return nil, err
  end
  return { { address = address, type = 1, class = 1, name = host } }
end

local configuration = setmetatable({
  remove_sensitive = function()
    return settle(2, native.configuration_safe())
  end,
}, {
  __index = function(_, name)
    return type(name) == "string" and native.configuration(name) or nil
  end,
  __newindex = function()
    error("cannot write to configuration", 2)
  end,
})

return {
  node = node,
  ip = ip,
  nginx = nginx,
  router = router,
  plugin = plugin,
  cluster = cluster,
  table = tables,
  vault = vault,
  dns = dns,
  configuration = configuration,
}
