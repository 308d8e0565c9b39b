-- The global `kong`.
local G = ...
local native, current = G.native, G.current
local new_table = require("table.new")
G.own("phases")

local kong = {}

kong.request = G.own("pdk_request")
kong.response = G.own("pdk_response")
kong.service = G.own("pdk_service")
kong.client = G.own("pdk_client")
kong.log = G.own("pdk_log")

local misc = G.own("pdk_node")
for name, module in pairs(misc) do
  kong[name] = module
end

for name, module in pairs(G.own("pdk_tracing")) do
  kong[name] = module
end

kong.version = native.version()
do
  local major, minor, patch = kong.version:match("^(%d+)%.(%d+)%.?(%d*)")
  kong.version_num = tonumber(string.format("%d%.2d%.2d", tonumber(major), tonumber(minor), tonumber(patch) or 0))
end
_KONG = { _NAME = "kong", _VERSION = kong.version }

-- kong.ctx.shared: what Lua keeps there is kept as it is, and told to the gateway, whose own plugins look for it; what they have put there
-- is found.
local function shared_data()
  local data = {}
  return setmetatable({}, {
    __index = function(_, name)
      local value = data[name]
      if value == nil and type(name) == "string" then
        return native.shared_get(name)
      end
      return value
    end,
    __newindex = function(_, name, value)
      data[name] = value
      if type(name) == "string" then
        native.shared_set(name, value)
      end
    end,
    __pairs = function()
      return next, data, nil
    end,
  })
end

-- kong.ctx: one table per request, one per plugin and request.
kong.ctx = setmetatable({}, {
  __index = function(_, name)
    local request = current[1]
    if not request then
      return nil
    end
    if name == "shared" then
      local shared = request[2]
      if not shared then
        shared = shared_data()
        request[2] = shared
      end
      return shared
    end
    if name == "plugin" then
      local handler = current[3]
      if not handler then
        return nil
      end
      local own = request[handler]
      if not own then
        own = new_table(0, 4) -- of the size that one gets anyhow: to grow costs more
        request[handler] = own
      end
      return own
    end
    return nil
  end,
})

kong.cache = G.own("cache")
kong.core_cache = kong.cache
kong.db = G.own("db")
kong.worker_events, kong.cluster_events = G.own("events")()
kong.timer = G.own("timer")

-- Asked for when it is used: files of plugins are loaded before the node has read its database.
return setmetatable(kong, {
  __index = function(_, name)
    return name == "default_workspace" and native.default_workspace() or nil
  end,
})
