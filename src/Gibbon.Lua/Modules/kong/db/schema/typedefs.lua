-- kong.db.schema.typedefs: each a table that says which typedef it is; C# reads the rest from its own. Called with a table, one gives a copy with what that says on top.
local G = ...
local native = G.native
local define = require("kong.db.schema").define

local described = {}

local function describe(name)
  if described[name] == nil then
    described[name] = native.typedef(name) or false
  end
  return described[name]
end

local typedef_mt = {
  __index = function(typedef, key)
    local known = describe(rawget(typedef, "__typedef"))
    return known and known[key] or nil
  end,
}

function typedef_mt.__call(typedef, overrides)
  local copy = {}
  for key, value in pairs(typedef) do
    copy[key] = value
  end
  for key, value in pairs(overrides or {}) do
    copy[key] = value
  end
  return setmetatable(copy, typedef_mt)
end


local function parses(code)
  local _, err = load(code, code, "t")
  if err then
    return false, "Error parsing function: " .. err
  end
  return true
end

-- What only Lua can check.
local own = {
  lua_code = function()
    return define({
      type = "map",
      keys = { type = "string", len_min = 1 },
      values = { type = "string", len_min = 1, custom_validator = parses },
    })
  end,
}

return setmetatable({}, {
  __index = function(_, name)
    if own[name] then
      return own[name]()
    end
    if type(name) ~= "string" or not describe(name) then
      error("schema typedef error: definition " .. tostring(name) .. " does not exist", 2)
    end
    return setmetatable({ __typedef = name }, typedef_mt)
  end,
})
