-- kong.tools.table
local M = {}
local pairs, ipairs, type, select, setmetatable, getmetatable, rawget = pairs, ipairs, type, select, setmetatable, getmetatable, rawget

M.EMPTY = setmetatable({}, {
  __newindex = function()
    error("attempt to modify a read-only table", 2)
  end,
})

function M.pack(...)
  return { n = select("#", ...), ... }
end

function M.unpack(t, from, to)
  return unpack(t, from or 1, to or t.n or #t)
end

function M.table_merge(t1, t2)
  local merged = {}
  for key, value in pairs(t1 or {}) do
    merged[key] = value
  end
  for key, value in pairs(t2 or {}) do
    merged[key] = value
  end
  return merged
end

function M.table_contains(t, wanted)
  if t then
    for _, value in pairs(t) do
      if value == wanted then
        return true
      end
    end
  end
  return false
end

do
  local floor = math.floor
  function M.is_array(t, mode)
    if type(t) ~= "table" then
      return false
    end
    if mode == "lapis" then
      mode = "fast"
    end
    local count = 0
    for key in pairs(t) do
      count = count + 1
      if mode ~= "fast" and t[count] == nil then
        return false
      end
      if type(key) ~= "number" or key < 1 or floor(key) ~= key then
        return false
      end
    end
    return mode ~= "fast" or count == #t
  end
end

local function copy_value(value, seen)
  if type(value) ~= "table" then
    return value
  end
  if seen[value] then
    return seen[value]
  end
  local copy = {}
  seen[value] = copy
  for key, inner in next, value do
    copy[copy_value(key, seen)] = copy_value(inner, seen)
  end
  return setmetatable(copy, getmetatable(value))
end

function M.cycle_aware_deep_copy(value, remove_metatables, deep_keys, seen)
  return copy_value(value, seen or {})
end

function M.deep_copy(value)
  return copy_value(value, {})
end

function M.cycle_aware_deep_merge(t1, t2)
  local merged = copy_value(t1, {})
  for key, value in pairs(t2) do
    if type(value) == "table" and type(merged[key]) == "table" then
      merged[key] = M.cycle_aware_deep_merge(merged[key], value)
    else
      merged[key] = copy_value(value, {})
    end
  end
  return merged
end
M.deep_merge = M.cycle_aware_deep_merge

function M.shallow_copy(t)
  if type(t) ~= "table" then
    return t
  end
  local copy = {}
  for key, value in pairs(t) do
    copy[key] = value
  end
  return copy
end

function M.concat(...)
  local all = {}
  for i = 1, select("#", ...) do
    for _, value in ipairs((select(i, ...))) do
      all[#all + 1] = value
    end
  end
  return all
end

function M.add_error(errors, key, value)
  errors = errors or {}
  if errors[key] then
    if type(errors[key]) == "table" then
      errors[key][#errors[key] + 1] = value
    else
      errors[key] = { errors[key], value }
    end
  else
    errors[key] = value
  end
  return errors
end

function M.remove_nulls(t)
  for key, value in pairs(t) do
    if value == ngx.null then
      t[key] = nil
    elseif type(value) == "table" then
      t[key] = M.remove_nulls(value)
    end
  end
  return t
end

function M.table_path(t, path)
  for _, key in ipairs(path) do
    if type(t) ~= "table" then
      return nil
    end
    t = t[key]
  end
  return t
end

function M.null2nil(value)
  if value == ngx.null then
    return nil
  end
  return value
end

return M
