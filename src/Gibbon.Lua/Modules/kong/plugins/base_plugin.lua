-- kong.plugins.base_plugin, which Kong 3 no longer has: plugins of older versions are made of it.
local Base = {}
Base.__index = Base

function Base:extend()
  local class = {}
  for key, value in pairs(self) do
    if type(key) == "string" and key:find("^__") then
      class[key] = value
    end
  end
  class.__index = class
  class.super = self
  return setmetatable(class, self)
end

function Base:implement(...)
  for _, other in ipairs({ ... }) do
    for key, value in pairs(other) do
      if self[key] == nil and type(value) == "function" then
        self[key] = value
      end
    end
  end
end

function Base.__call(class, ...)
  local object = setmetatable({}, class)
  object:new(...)
  return object
end

function Base:new(name)
  self._name = name
end

for _, phase in ipairs({ "init_worker", "certificate", "rewrite", "access", "response", "header_filter", "body_filter", "log", "preread" }) do
  Base[phase] = function(self)
    kong.log.debug('executing plugin "', self._name, '": ', phase)
  end
end

return setmetatable(Base, Base)
