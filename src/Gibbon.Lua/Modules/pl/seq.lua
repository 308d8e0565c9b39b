-- pl.seq: functions that give one value after the other.
local utils = require("pl.utils")
local M = {}

function M.list(t)
  local at = 0
  return function()
    at = at + 1
    return t[at]
  end
end

function M.iter(source)
  return type(source) == "table" and M.list(source) or source
end

function M.keys(t)
  local key
  return function()
    key = next(t, key)
    return key
  end
end

function M.range(from, to)
  local at = from - 1
  return function()
    at = at + 1
    return at <= to and at or nil
  end
end

function M.map(f, source, argument)
  f, source = utils.function_arg(1, f), M.iter(source)
  return function()
    local value = source()
    if value == nil then
      return nil
    end
    return f(value, argument)
  end
end

function M.filter(source, f, argument)
  f, source = utils.function_arg(2, f), M.iter(source)
  return function()
    while true do
      local value = source()
      if value == nil or f(value, argument) then
        return value
      end
    end
  end
end

function M.take(source, n)
  source = M.iter(source)
  return function()
    n = n - 1
    return n >= 0 and source() or nil
  end
end

function M.copy(source)
  local all = {}
  for value in M.iter(source) do
    all[#all + 1] = value
  end
  return setmetatable(all, require("pl.List"))
end

function M.reduce(f, source, memo)
  f, source = utils.function_arg(1, f), M.iter(source)
  if memo == nil then
    memo = source()
  end
  for value in source do
    memo = f(memo, value)
  end
  return memo
end

function M.sum(source, f)
  local total, count = 0, 0
  for value in M.iter(source) do
    total, count = total + (f and f(value) or value), count + 1
  end
  return total, count
end

function M.sort(source, f)
  local all = M.copy(source)
  table.sort(all, f)
  return M.list(all)
end

return M
