-- pl.OrderedMap: a map that keeps the order in which its keys came.
local OrderedMap = { _name = "OrderedMap" }
local methods = {}
OrderedMap.__index = methods

local function new(source)
  local map = setmetatable({}, OrderedMap)
  rawset(map, "_keys", setmetatable({}, require("pl.List")))
  if source then
    map:update(source)
  end
  return map
end

function methods:set(key, value)
  local keys = self._keys
  if value == nil then
    if rawget(self, key) ~= nil then
      keys:remove_value(key)
    end
  elseif rawget(self, key) == nil then
    keys:append(key)
  end
  rawset(self, key, value)
  return self
end

OrderedMap.__newindex = methods.set

function methods:insert(at, key, value)
  if value == nil then
    at, key, value = #self._keys + 1, at, key
  end
  if rawget(self, key) == nil then
    table.insert(self._keys, at, key)
  end
  rawset(self, key, value)
  return self
end

function methods:update(source)
  if getmetatable(source) == OrderedMap then
    for key, value in source:iter() do
      self:set(key, value)
    end
  elseif #source > 0 then
    for _, pair in ipairs(source) do
      local key, value = next(pair)
      self:set(key, value)
    end
  else
    for key, value in pairs(source) do
      self:set(key, value)
    end
  end
  return self
end

function methods:get(key) return rawget(self, key) end
function methods:keys() return self._keys end
function methods:len() return #self._keys end

function methods:values()
  local values = setmetatable({}, require("pl.List"))
  for i, key in ipairs(self._keys) do
    values[i] = rawget(self, key)
  end
  return values
end

function methods:sort(f)
  table.sort(self._keys, f)
  return self
end

function methods:iter()
  local at = 0
  return function()
    at = at + 1
    local key = self._keys[at]
    if key ~= nil then
      return key, rawget(self, key)
    end
    return nil
  end
end
OrderedMap.__pairs = methods.iter

function OrderedMap:__tostring()
  local parts = {}
  for key, value in self:iter() do
    parts[#parts + 1] = tostring(key) .. "=" .. tostring(value)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

return setmetatable(OrderedMap, {
  __call = function(_, source)
    return new(source)
  end,
})
