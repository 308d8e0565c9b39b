-- pl.utils
local M = { _VERSION = "1.14.0" }
local type, error, select, pairs, ipairs, tostring = type, error, select, pairs, ipairs, tostring
local format, concat = string.format, table.concat

M.pack = table.pack or function(...)
  return { n = select("#", ...), ... }
end

function M.unpack(t, from, to)
  return unpack(t, from or 1, to or t.n or #t)
end

function M.npairs(t, from, to, step)
  step = step or 1
  from = from or step < 0 and (t.n or #t) or 1
  to = to or step < 0 and 1 or t.n or #t
  local at = from - step
  return function()
    at = at + step
    if step > 0 and at <= to or step < 0 and at >= to then
      return at, t[at]
    end
    return nil
  end
end

-- What is not in the list part.
function M.kpairs(t)
  local key
  return function()
    local value
    repeat
      key, value = next(t, key)
    until key == nil or type(key) ~= "number"
    return key, value
  end
end

-- The metatables that pl.List, pl.Map and pl.Set fill.
M.stdmt = { List = { _name = "List" }, Map = { _name = "Map" }, Set = { _name = "Set" }, MultiMap = { _name = "MultiMap" } }

function M.is_type(value, kind)
  if type(kind) == "string" then
    return type(value) == kind
  end
  return getmetatable(value) == kind
end

function M.is_callable(value)
  if type(value) == "function" then
    return true
  end
  local mt = getmetatable(value)
  return type(mt) == "table" and mt.__call ~= nil
end

function M.function_arg(at, f, message)
  if type(f) == "function" then
    return f
  end
  if type(f) == "string" then
    local operators = require("pl.operator").optable
    if operators[f] then
      return operators[f]
    end
    return M.string_lambda(f)
  end
  if M.is_callable(f) then
    return f
  end
  error((message or "argument " .. at .. " must be callable"), 3)
end

-- "|x, y| x + y" and "_ + 1" as functions.
local lambdas = {}
function M.string_lambda(text)
  local known = lambdas[text]
  if known then
    return known
  end
  local arguments, body = text:match("^%s*|([^|]*)|(.+)$")
  if not arguments then
    arguments, body = "_", text
  end
  local f, err = loadstring("return function(" .. arguments .. ") return " .. body .. " end")
  if not f then
    error("not a lambda: " .. tostring(err), 2)
  end
  lambdas[text] = f()
  return lambdas[text]
end

function M.bind1(f, first)
  f = M.function_arg(1, f)
  return function(...)
    return f(first, ...)
  end
end

function M.bind2(f, second)
  f = M.function_arg(1, f)
  return function(first, ...)
    return f(first, second, ...)
  end
end

function M.memoize(f)
  local known = {}
  return function(key)
    local value = known[key]
    if value == nil then
      value = f(key)
      known[key] = value
    end
    return value
  end
end

function M.choose(condition, a, b)
  if condition then
    return a
  end
  return b
end

function M.noop() end

function M.assert_arg(at, value, kind, verify, message, level)
  if type(value) ~= kind then
    error(format("argument %d expected a '%s' got a '%s'", at, kind, type(value)), level or 2)
  end
  if verify and not verify(value) then
    error(format("argument %d: '%s' %s", at, tostring(value), message or "is not valid"), level or 2)
  end
  return value
end

function M.assert_string(at, value)
  return M.assert_arg(at, value, "string", nil, nil, 3)
end

function M.enum(...)
  local values = {}
  local first = (...)
  if type(first) == "table" then
    for i, value in ipairs(first) do
      values[i], values[value] = value, value
    end
    for key, value in pairs(first) do
      if type(key) == "string" and values[key] == nil then
        values[key] = value
      end
    end
  else
    for i = 1, select("#", ...) do
      local value = (select(i, ...))
      values[value] = value
    end
  end
  return setmetatable({}, {
    __index = function(_, key)
      local value = values[key]
      if value == nil then
        error("'" .. tostring(key) .. "' is not a valid value", 2)
      end
      return value
    end,
    __newindex = function()
      error("the Enum object is read-only", 2)
    end,
    __pairs = function()
      return next, values
    end,
    __call = function(_, key)
      if values[key] ~= nil then
        return values[key]
      end
      return nil, "'" .. tostring(key) .. "' is not a valid value"
    end,
  })
end

-- The manner of errors: "default" returns nil and the error, "error" raises, "quit" is as "error" in a gateway.
local raises = false

function M.on_error(mode)
  if mode ~= "default" and mode ~= "error" and mode ~= "quit" then
    error("Bad argument expected string; 'default', 'quit', or 'error'. Got '" .. tostring(mode) .. "'", 2)
  end
  raises = mode ~= "default"
end

function M.raise(err)
  if raises then
    error(err, 3)
  end
  return nil, err
end

function M.quit(code, message, ...)
  error(type(code) == "string" and format(code, message, ...) or message and format(message, ...) or "quit", 2)
end

function M.escape(text)
  M.assert_string(1, text)
  return (text:gsub("[%-%.%+%[%]%(%)%$%^%%%?%*]", "%%%0"))
end

-- The parts of a text between matches of a pattern; spaces if none is said.
function M.split(text, pattern, plain, most)
  M.assert_string(1, text)
  local parts = {}
  if not pattern then
    pattern, plain, text = "%s+", false, text:gsub("^%s+", "")
    if text == "" then
      return parts
    end
  end
  if pattern == "" then
    return { text }
  end
  local at = 1
  while true do
    local from, to = text:find(pattern, at, plain)
    if not from or to < from or most and #parts + 1 >= most then
      local rest = text:sub(at)
      if rest ~= "" then
        parts[#parts + 1] = rest
      end
      if #parts == 1 and parts[1] == "" then
        return {}
      end
      return parts
    end
    parts[#parts + 1] = text:sub(at, from - 1)
    at = to + 1
  end
end

function M.splitv(text, pattern, plain, most)
  return unpack(M.split(text, pattern, plain, most))
end

function M.array_tostring(t, into, f)
  into, f = into or {}, f or tostring
  for i = 1, #t do
    into[i] = f(t[i], i)
  end
  return into
end

function M.printf(text, ...)
  print(format(text, ...))
end

function M.fprintf(file, text, ...)
  file:write(format(text, ...))
end

function M.readfile(path, is_binary)
  local file, err = io.open(path, is_binary and "rb" or "r")
  if not file then
    return M.raise(err)
  end
  local text, problem = file:read("*a")
  file:close()
  if not text then
    return M.raise(path .. ": " .. tostring(problem))
  end
  return text
end

function M.writefile(path, text, is_binary)
  local file, err = io.open(path, is_binary and "wb" or "w")
  if not file then
    return M.raise(err)
  end
  local ok, problem = file:write(text)
  file:close()
  if not ok then
    return M.raise(path .. ": " .. tostring(problem))
  end
  return true
end

function M.readlines(path)
  local file, err = io.open(path, "r")
  if not file then
    return M.raise(err)
  end
  local lines = {}
  for line in file:lines() do
    lines[#lines + 1] = line
  end
  file:close()
  return lines
end

function M.quote_arg(argument)
  if type(argument) == "table" then
    local all = {}
    for i, item in ipairs(argument) do
      all[i] = M.quote_arg(item)
    end
    return concat(all, " ")
  end
  if argument == "" or argument:find("[^%w@%%%+=:,%./_%-]") then
    argument = "'" .. argument:gsub("'", "'\\''") .. "'"
  end
  return argument
end

-- Runs a command and waits for it: whether it went well, its code, what it wrote.
function M.executeex(command, is_binary)
  local out, err = os.tmpname(), os.tmpname()
  local ok, _, code = os.execute(command .. " > " .. M.quote_arg(out) .. " 2> " .. M.quote_arg(err))
  if type(ok) == "number" then
    code, ok = ok > 255 and ok / 256 or ok, ok == 0
  end
  local written, problems = M.readfile(out, is_binary), M.readfile(err, is_binary)
  os.remove(out)
  os.remove(err)
  return ok and true or false, code or 0, written or "", problems or ""
end

function M.execute(command)
  local ok, _, code = os.execute(command)
  if type(ok) == "number" then
    return ok == 0, ok > 255 and ok / 256 or ok
  end
  return ok and true or false, code
end

M.dir_separator = "/"
M.is_windows = false
M.lua51 = true
M.jit = true
M.load = load
M.setfenv, M.getfenv = setfenv, getfenv
M.package_searchpath = package.searchpath
M.patterns = { FLOAT = "[%+%-%d]%d*%.?%d*[eE]?[%+%-]?%d*", INTEGER = "[+%-%d]%d*", IDEN = "[%a_][%w_]*", FILE = "[%a%.\\][:%][%w%._%-\\]*" }

return M
