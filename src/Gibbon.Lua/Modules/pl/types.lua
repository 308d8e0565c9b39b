-- pl.types
local utils = require("pl.utils")
local M = { is_callable = utils.is_callable, is_type = utils.is_type }

function M.type(value)
  local kind = type(value)
  if kind == "table" or kind == "userdata" then
    local mt = getmetatable(value)
    if type(mt) == "table" and mt._name then
      return mt._name
    end
    return mt == nil and kind or mt
  end
  if io.type(value) then
    return "file"
  end
  return kind
end

function M.is_integer(value)
  return type(value) == "number" and math.ceil(value) == value
end

-- nil, an empty table, an empty text; with true, texts of nothing but spaces; and false as well as what is neither.
function M.is_empty(value, ignores_spaces)
  if value == nil then
    return true
  end
  if type(value) == "table" then
    return next(value) == nil
  end
  if type(value) == "string" then
    return value == "" or ignores_spaces == true and not value:find("%S")
  end
  return true
end

local function has(value, event)
  if type(value) == "table" then
    return true
  end
  local mt = getmetatable(value)
  return type(mt) == "table" and mt[event] ~= nil
end

function M.is_indexable(value)
  return has(value, "__index") and has(value, "__len")
end

function M.is_iterable(value)
  return has(value, "__pairs")
end

function M.is_writeable(value)
  return has(value, "__newindex")
end

local yes = { yes = true, y = true, ["true"] = true, t = true, ["1"] = true }
local no = { no = false, n = false, ["false"] = false, f = false, ["0"] = false }

function M.to_bool(value, more, tries_objects)
  if type(value) == "boolean" then
    return value
  end
  if type(value) == "string" then
    value = value:lower()
    for _, word in ipairs(more or {}) do
      if value == tostring(word):lower() then
        return true
      end
    end
    if yes[value] then
      return true
    end
    return no[value]
  end
  if type(value) == "number" then
    return value ~= 0
  end
  if type(value) == "table" and tries_objects then
    return next(value) ~= nil
  end
  return nil
end

return M
