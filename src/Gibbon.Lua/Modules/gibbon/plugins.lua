-- Loads the files of plugins. A string in the place of what the file returns says why it cannot be used.
local G = ...
local native = G.native
local names = {}

-- The names of plugins by their handlers.
G.plugin_names = names

-- The modules with methods of a plugin's own (`dao` of a schema), by the names of the entities.
G.entity_modules = {}

local function load_file(plugin, file)
  local module = "kong.plugins." .. plugin .. "." .. file
  local ok, loaded = xpcall(require, function(err)
    return type(err) == "string" and err or tostring(err)
  end, module)
  if ok then
    return loaded
  end
  if loaded:find("module '" .. module .. "' not found", 1, true) == 1 then
    return nil, loaded
  end
  return nil, loaded, true
end

local methods = {
  "PRIORITY", "VERSION", "init_worker", "configure", "certificate", "rewrite", "access", "response", "header_filter", "body_filter", "log", "preread",
}

local function load_schema(plugin)
  local schema, err, broken = load_file(plugin, "schema")
  if type(schema) == "table" then
    return schema
  end
  if broken then
    return "error loading plugin schemas: on plugin '" .. plugin .. "': " .. err
  end
  if err then
    return "error loading plugin schemas: on plugin '" .. plugin .. "': no configuration schema found for plugin: " .. plugin
  end
  return "error loading plugin schemas: on plugin '" .. plugin .. "': its schema is no table"
end

-- The schemas of a plugin's entities as a list, empty if it has none. Written as a list, or as a map by name.
local function load_daos(plugin)
  local daos, err, broken = load_file(plugin, "daos")
  if broken then
    return "error loading plugin schemas: on plugin '" .. plugin .. "': " .. err
  end
  if err then
    return {}
  end
  if type(daos) ~= "table" then
    return "error loading plugin schemas: on plugin '" .. plugin .. "': custom plugin '" .. plugin .. "' returned non-array daos definition table"
  end
  local list = {}
  for key, schema in pairs(daos) do
    if type(schema) ~= "table" then
      return "error loading plugin schemas: on plugin '" .. plugin .. "': custom plugin '" .. plugin .. "' returned non-array daos definition table"
    end
    if type(key) == "string" and schema.name == nil then
      schema.name = key
    end
    list[type(key) == "number" and key or #list + 1] = schema
    if type(schema.dao) == "string" and type(schema.name) == "string" then
      G.entity_modules[schema.name] = schema.dao
    end
  end
  return list
end

local function load_handler(plugin)
  local handler, err, broken = load_file(plugin, "handler")
  if type(handler) == "table" then
    names[handler] = plugin
    -- What a handler inherits counts; C# looks at the table alone.
    for _, name in ipairs(methods) do
      if rawget(handler, name) == nil then
        rawset(handler, name, handler[name])
      end
    end
    -- Where requests are served the methods of its own that entities have are wanted too.
    local daos = native.worker_id() and load_daos(plugin)
    return type(daos) == "string" and daos or handler
  end
  if broken then
    return "error loading plugin '" .. plugin .. "': " .. err
  end
  if err then
    return plugin .. " plugin is enabled but not installed;\n" .. err
  end
  return "error loading plugin '" .. plugin .. "': its handler is no table"
end

-- Whether the files with endpoints are Lua at all: what they do is found out when the gateway has started.
local function check_endpoints(plugin)
  for _, file in ipairs({ "api", "status_api" }) do
    local path = G.find_module("kong.plugins." .. plugin .. "." .. file)
    if path then
      local chunk, err = loadfile(path)
      if not chunk then
        return "error loading plugin '" .. plugin .. "': " .. err
      end
    end
  end
  return {}
end

return {
  load_handler = load_handler,
  load_schema = load_schema,
  load_daos = load_daos,
  check_endpoints = check_endpoints,
  list_api = function(plugin)
    return G.own("admin").list(plugin, "api")
  end,
  list_status_api = function(plugin)
    return G.own("admin").list(plugin, "status_api")
  end,
  serve = function(...)
    return G.own("admin").serve(...)
  end,
  evaluate = function(...)
    return G.own("evaluation")(...)
  end,
}
