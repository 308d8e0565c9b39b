-- Loads the files of plugins. A string in the place of what the file returns says why it cannot be used.
local G = ...
local names = {}

-- The names of plugins by their handlers.
G.plugin_names = names

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
    return handler
  end
  if broken then
    return "error loading plugin '" .. plugin .. "': " .. err
  end
  if err then
    return plugin .. " plugin is enabled but not installed;\n" .. err
  end
  return "error loading plugin '" .. plugin .. "': its handler is no table"
end

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

return { load_handler = load_handler, load_schema = load_schema }
