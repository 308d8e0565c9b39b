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

-- A null does not replace what is there.
function M.null_aware_table_merge(t1, t2)
  local merged = M.table_merge(t1)
  for key, value in pairs(t2 or {}) do
    if merged[key] == nil or value ~= ngx.null then
      merged[key] = value
    end
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

-- Lists whose keys may be texts, as they come from forms.
function M.is_lapis_array(t)
  if type(t) ~= "table" then
    return false
  end
  local count = 0
  for _ in pairs(t) do
    count = count + 1
    if t[count] == nil and t[tostring(count)] == nil then
      return false
    end
  end
  return true
end

function M.is_array(t, mode)
  if type(t) ~= "table" then
    return false
  end
  if mode == "lapis" then
    return M.is_lapis_array(t)
  end
  if mode == "fast" then
    return require("table.isarray")(t)
  end
  local count, most = 0, 0
  for key in pairs(t) do
    if type(key) ~= "number" or key < 1 or math.floor(key) ~= key then
      return false
    end
    count, most = count + 1, math.max(most, key)
  end
  return count == most
end

-- Tables that are met twice are one table in the copy, too.
local function copy_value(value, seen, plain, same_keys)
  if type(value) ~= "table" then
    return value
  end
  if seen[value] then
    return seen[value]
  end
  local copy = {}
  seen[value] = copy
  for key, inner in next, value do
    copy[same_keys and key or copy_value(key, seen, plain)] = copy_value(inner, seen, plain, same_keys)
  end
  return plain and copy or setmetatable(copy, getmetatable(value))
end

function M.cycle_aware_deep_copy(value, remove_metatables, deep_keys, seen)
  return copy_value(value, seen or {}, remove_metatables, not deep_keys)
end

function M.deep_copy(value, with_metatables)
  return copy_value(value, {}, with_metatables == false)
end

function M.cycle_aware_deep_merge(t1, t2, remove_metatables, deep_keys, seen)
  seen = seen or {}
  local merged = copy_value(t1, seen, remove_metatables, not deep_keys)
  for key, value in pairs(t2) do
    if type(value) == "table" and type(merged[key]) == "table" then
      merged[key] = M.cycle_aware_deep_merge(merged[key], value, remove_metatables, deep_keys, seen)
    else
      merged[key] = copy_value(value, seen, remove_metatables, not deep_keys)
    end
  end
  return merged
end

function M.deep_merge(t1, t2)
  local merged = copy_value(t1, {})
  for key, value in pairs(t2) do
    if type(value) == "table" and type(merged[key]) == "table" then
      merged[key] = M.deep_merge(merged[key], value)
    else
      merged[key] = copy_value(value, {})
    end
  end
  return merged
end

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

-- Marks a list of errors: an error may be a table itself.
local several = {}

function M.add_error(errors, key, value)
  errors = errors or {}
  local known = errors[key]
  if known == nil then
    errors[key] = value
  elseif getmetatable(known) == several then
    known[#known + 1] = value
  else
    errors[key] = setmetatable({ known, value }, several)
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
