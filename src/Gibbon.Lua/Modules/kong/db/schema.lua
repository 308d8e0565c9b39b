-- kong.db.schema: what definitions of plugins need of it.
local M = {}

local callable = {}
function callable.__call(definition, overrides)
  local copy = {}
  for key, value in pairs(definition) do
    copy[key] = value
  end
  for key, value in pairs(overrides or {}) do
    copy[key] = value
  end
  return setmetatable(copy, callable)
end

-- A definition that gives a copy with other properties when it is called.
function M.define(definition)
  return setmetatable(definition, callable)
end

return M
