-- pl.Map
local utils, tablex = require("pl.utils"), require("pl.tablex")
local Map = utils.stdmt.Map
Map.__index = Map

setmetatable(Map, {
  __call = function(_, source)
    local map = {}
    for key, value in pairs(source or {}) do
      map[key] = value
    end
    return setmetatable(map, Map)
  end,
})

Map.keys, Map.values = tablex.keys, tablex.values

function Map:iter() return pairs(self) end

function Map:items()
  local items = tablex.pairmap(function(key, value)
    return require("pl.List")({ key, value })
  end, self)
  table.sort(items, function(a, b)
    return tostring(a[1]) < tostring(b[1])
  end)
  return setmetatable(items, require("pl.List"))
end

function Map:setdefault(key, default)
  if self[key] == nil then
    self:set(key, default)
  end
  return self[key]
end

function Map:set(key, value) self[key] = value end
function Map:get(key) return rawget(self, key) end

function Map:len() return tablex.size(self) end
Map.update = tablex.update

function Map:getvalues(keys)
  local values = {}
  for i, key in ipairs(keys) do
    values[i] = self[key]
  end
  return setmetatable(values, require("pl.List"))
end

function Map.__eq(a, b)
  return tablex.deepcompare(a, b, true)
end

function Map:__tostring()
  local parts = {}
  for key, value in tablex.sort(self, function(a, b) return tostring(a) < tostring(b) end) do
    parts[#parts + 1] = tostring(key) .. "=" .. tostring(value)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

return Map
