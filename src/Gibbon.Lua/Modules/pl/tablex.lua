-- Long because Penlight's module is: tables in every manner of loop.
-- pl.tablex
local utils = require("pl.utils")
local function_arg = utils.function_arg
local M = {}
local type, pairs, ipairs, error, select, getmetatable, setmetatable, rawget = type, pairs, ipairs, error, select, getmetatable, setmetatable, rawget

-- What is made of a List is a List, and so on.
local function like(t, result)
  local mt = getmetatable(t)
  return type(mt) == "table" and setmetatable(result, mt) or result
end

local function as_list(result)
  return setmetatable(result, require("pl.List"))
end

function M.copy(t)
  local copy = {}
  for key, value in pairs(t) do
    copy[key] = value
  end
  return copy
end

local function deep(value, seen)
  if type(value) ~= "table" then
    return value
  end
  if seen[value] then
    return seen[value]
  end
  local copy = {}
  seen[value] = copy
  for key, inner in pairs(value) do
    copy[deep(key, seen)] = deep(inner, seen)
  end
  return setmetatable(copy, getmetatable(value))
end

function M.deepcopy(value)
  return deep(value, {})
end

local function same(a, b, ignores_mt, eps, compares)
  if type(a) ~= type(b) then
    return false
  end
  if type(a) ~= "table" then
    if type(a) == "number" and eps then
      return math.abs(a - b) < eps
    end
    return a == b
  end
  if a == b then
    return true
  end
  local mt = getmetatable(a)
  if not ignores_mt and type(mt) == "table" and mt.__eq then
    return a == b
  end
  compares = compares or {}
  if compares[a] == b then
    return true
  end
  compares[a] = b
  for key, value in pairs(a) do
    if rawget(b, key) == nil and b[key] == nil or not same(value, b[key], ignores_mt, eps, compares) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

function M.deepcompare(a, b, ignores_mt, eps)
  return same(a, b, ignores_mt, eps)
end

function M.compare(a, b, f)
  if #a ~= #b then
    return false
  end
  f = function_arg(3, f)
  for i = 1, #a do
    if not f(a[i], b[i]) then
      return false
    end
  end
  return true
end

function M.compare_no_order(a, b, f)
  if #a ~= #b then
    return false
  end
  local used = {}
  for _, value in ipairs(a) do
    local found
    for i, other in ipairs(b) do
      if not used[i] and (f and f(value, other) or not f and value == other) then
        found = i
        break
      end
    end
    if not found then
      return false
    end
    used[found] = true
  end
  return true
end

function M.find(t, wanted, from)
  from = from or 1
  if from < 0 then
    from = #t + from + 1
  end
  for i = from, #t do
    if t[i] == wanted then
      return i
    end
  end
  return nil
end

function M.rfind(t, wanted, from)
  from = from or #t
  if from < 0 then
    from = #t + from + 1
  end
  for i = from, 1, -1 do
    if t[i] == wanted then
      return i
    end
  end
  return nil
end

function M.find_if(t, f, argument)
  f = function_arg(2, f)
  for i = 1, #t do
    local result = f(t[i], argument)
    if result then
      return i, result
    end
  end
  return nil
end

function M.search(t, wanted, excluded)
  local skipped, queue, at = { [t] = true }, { { t, "" } }, 1
  for _, other in ipairs(excluded or {}) do
    skipped[other] = true
  end
  while queue[at] do
    for key, value in pairs(queue[at][1]) do
      local path = queue[at][2] .. (queue[at][2] ~= "" and "." or "") .. tostring(key)
      if value == wanted then
        return path
      end
      if type(value) == "table" and not skipped[value] then
        skipped[value] = true
        queue[#queue + 1] = { value, path }
      end
    end
    at = at + 1
  end
  return nil
end

function M.map(f, t, ...)
  f = function_arg(1, f)
  local result = {}
  for key, value in pairs(t) do
    result[key] = f(value, ...)
  end
  return like(t, result)
end

function M.imap(f, t, ...)
  f = function_arg(1, f)
  local result = {}
  for i = 1, #t do
    result[i] = f(t[i], ...) or false
  end
  return as_list(result)
end

function M.map2(f, a, b, ...)
  f = function_arg(1, f)
  local result = {}
  for key, value in pairs(a) do
    result[key] = f(value, b[key], ...)
  end
  return like(a, result)
end

function M.imap2(f, a, b, ...)
  f = function_arg(1, f)
  local result = {}
  for i = 1, math.min(#a, #b) do
    result[i] = f(a[i], b[i], ...)
  end
  return result
end

function M.mapn(f, ...)
  f = function_arg(1, f)
  local lists, shortest, result = { ... }, math.huge, {}
  for _, list in ipairs(lists) do
    shortest = math.min(shortest, #list)
  end
  for i = 1, shortest do
    local arguments = {}
    for j = 1, #lists do
      arguments[j] = lists[j][i]
    end
    result[i] = f(unpack(arguments, 1, #lists))
  end
  return result
end

function M.pairmap(f, t, ...)
  f = function_arg(1, f)
  local result = {}
  for key, value in pairs(t) do
    local made, name = f(key, value, ...)
    if name ~= nil then
      result[name] = made
    else
      result[#result + 1] = made
    end
  end
  return result
end

function M.mapmethod(t, name, ...)
  local result = {}
  for i = 1, #t do
    result[i] = t[i][name](t[i], ...)
  end
  return as_list(result)
end

function M.transform(f, t, ...)
  f = function_arg(1, f)
  for key, value in pairs(t) do
    t[key] = f(value, ...)
  end
end

function M.foreach(t, f, ...)
  f = function_arg(2, f)
  for key, value in pairs(t) do
    f(value, key, ...)
  end
end

function M.foreachi(t, f, ...)
  f = function_arg(2, f)
  for i = 1, #t do
    f(t[i], i, ...)
  end
end

function M.reduce(f, t, memo)
  f = function_arg(1, f)
  local from = 1
  if memo == nil then
    memo, from = t[1], 2
  end
  for i = from, #t do
    memo = f(memo, t[i])
  end
  return memo
end

function M.filter(t, f, argument)
  f = function_arg(2, f)
  local result = {}
  for i = 1, #t do
    if f(t[i], argument) then
      result[#result + 1] = t[i]
    end
  end
  return like(t, result)
end

function M.zip(...)
  return M.mapn(function(...)
    return { ... }
  end, ...)
end

function M.keys(t)
  local result = {}
  for key in pairs(t) do
    result[#result + 1] = key
  end
  return as_list(result)
end

function M.values(t)
  local result = {}
  for _, value in pairs(t) do
    result[#result + 1] = value
  end
  return as_list(result)
end

function M.size(t)
  local n = 0
  for _ in pairs(t) do
    n = n + 1
  end
  return n
end

function M.index_by(t, keys)
  local result = {}
  for i, key in ipairs(keys) do
    result[i] = t[key]
  end
  return like(t, result)
end

function M.index_map(t)
  local result = {}
  for i = 1, #t do
    result[t[i]] = i
  end
  return setmetatable(result, require("pl.Map"))
end

function M.makeset(t)
  local result = {}
  for i = 1, #t do
    result[t[i]] = true
  end
  return setmetatable(result, require("pl.Set"))
end

function M.merge(a, b, keeps_all)
  local result = {}
  for key, value in pairs(a) do
    if keeps_all or b[key] ~= nil then
      result[key] = value
    end
  end
  if keeps_all then
    for key, value in pairs(b) do
      result[key] = value
    end
  end
  return like(a, result)
end

function M.union(a, b)
  return M.merge(a, b, true)
end

function M.intersection(a, b)
  return M.merge(a, b, false)
end

function M.difference(a, b, symmetric)
  local result = {}
  for key, value in pairs(a) do
    if b[key] == nil then
      result[key] = value
    end
  end
  if symmetric then
    for key, value in pairs(b) do
      if a[key] == nil then
        result[key] = value
      end
    end
  end
  return like(a, result)
end

function M.update(into, from)
  for key, value in pairs(from) do
    into[key] = value
  end
  return into
end

function M.count_map(t, f)
  local result = {}
  for i = 1, #t do
    local key = f and f(t[i]) or t[i]
    result[key] = (result[key] or 0) + 1
  end
  return setmetatable(result, require("pl.Map"))
end

function M.range(from, to, step)
  local result = {}
  for number = from, to, step or 1 do
    result[#result + 1] = number
  end
  return result
end

function M.sub(t, from, to)
  from, to = from or 1, to or -1
  from, to = from < 0 and #t + from + 1 or from, to < 0 and #t + to + 1 or to
  local result = {}
  for i = math.max(1, from), math.min(#t, to) do
    result[#result + 1] = t[i]
  end
  return like(t, result)
end

function M.insertvalues(t, ...)
  local at, values = ...
  if select("#", ...) == 1 then
    at, values = #t + 1, at
  end
  if #values > 0 then
    for i = #t, at, -1 do
      t[i + #values] = t[i]
    end
    for i = 1, #values do
      t[at + i - 1] = values[i]
    end
  end
  return t
end

function M.removevalues(t, from, to)
  to = to or from
  for i = to, from, -1 do
    table.remove(t, i)
  end
  return t
end

function M.icopy(into, from, at_into, at_from, n)
  at_into, at_from = at_into or 1, at_from or 1
  for i = 0, (n or #from) - 1 do
    if from[at_from + i] ~= nil then
      into[at_into + i] = from[at_from + i]
    end
  end
  return into
end

function M.clear(t, from)
  for i = from or 1, #t do
    t[i] = nil
  end
end

function M.rotate(t, n)
  local copy, size = M.copy(t), #t
  for i = 1, size do
    t[(i - 1 + n) % size + 1] = copy[i]
  end
  return t
end

function M.set(t, value, from, to)
  for i = from or 1, to or #t do
    t[i] = value
  end
end

function M.new(n, value)
  local result = {}
  M.set(result, value, 1, n)
  return result
end

function M.sort(t, f)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  f = f and function_arg(2, f)
  table.sort(keys, f)
  local at = 0
  return function()
    at = at + 1
    return keys[at], t[keys[at]]
  end
end

function M.sortv(t, f)
  f = f and function_arg(2, f) or function(a, b)
    return a < b
  end
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return f(t[a], t[b])
  end)
  local at = 0
  return function()
    at = at + 1
    return keys[at], t[keys[at]]
  end
end

function M.readonly(t)
  return setmetatable({}, {
    __index = t,
    __newindex = function()
      error("Attempt to modify read-only table", 2)
    end,
    __metatable = false,
    __len = function()
      return #t
    end,
    __pairs = function()
      return pairs(t)
    end,
  })
end

return M
