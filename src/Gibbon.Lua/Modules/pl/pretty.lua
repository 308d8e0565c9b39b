-- pl.pretty
local utils = require("pl.utils")
local M = {}
local reserved = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  reserved[word] = true
end

local function quoted(value)
  if type(value) == "string" then
    return (("%q"):format(value):gsub("\\\n", "\\n"))
  end
  return tostring(value)
end

local function key_text(key, not_clever)
  if type(key) == "string" and not not_clever and key:find("^[%a_][%w_]*$") and not reserved[key] then
    return key
  end
  return "[" .. quoted(key) .. "]"
end

local function order(a, b)
  if type(a) == type(b) and type(a) ~= "table" and type(a) ~= "boolean" and type(a) ~= "function" and type(a) ~= "userdata" then
    return a < b
  end
  return tostring(a) < tostring(b)
end

-- A value as Lua would be written. space is what a level is indented with; "" makes one line.
function M.write(value, space, not_clever)
  if type(value) ~= "table" then
    return quoted(value)
  end
  space = space or "  "
  local newline = space == "" and "" or "\n"
  local parts, open = {}, {}
  local function put(text)
    parts[#parts + 1] = text
  end
  local function write(t, indent)
    if open[t] then
      return put("<cycle>")
    end
    open[t] = true
    put("{" .. newline)
    local inner, n, written = indent .. space, #t, false
    local function item(key, inner_value)
      if written then
        put("," .. newline)
      end
      written = true
      put(inner)
      if key then
        put(key .. (space == "" and "=" or " = "))
      end
      if type(inner_value) == "table" then
        write(inner_value, inner)
      else
        put(quoted(inner_value))
      end
    end
    for i = 1, n do
      item(nil, t[i])
    end
    local keys = {}
    for key in pairs(t) do
      if type(key) ~= "number" or key < 1 or key > n or math.floor(key) ~= key then
        keys[#keys + 1] = key
      end
    end
    table.sort(keys, order)
    for _, key in ipairs(keys) do
      item(key_text(key, not_clever), t[key])
    end
    put(newline .. indent .. "}")
    open[t] = nil
  end
  write(value, "")
  return table.concat(parts)
end

function M.dump(value, file)
  if not file then
    print(M.write(value))
    return true
  end
  return utils.writefile(file, M.write(value))
end

function M.debug(...)
  local parts = {}
  for i = 1, select("#", ...) do
    parts[i] = M.write((select(i, ...)))
  end
  print(table.concat(parts, " "))
end

-- A table from a text that is nothing but one: no function is called.
function M.read(text)
  if not text:find("^%s*{") then
    return nil, "not a Lua table"
  end
  local bare = text:gsub("%[(=*)%[.-%]%1%]", ""):gsub('\\["\']', ""):gsub('"[^"\n]*"', ""):gsub("'[^'\n]*'", "")
  if bare:find("[^%w_]function[^%w_]") or bare:find("[%w_%)%]]%s*[%({:]") then
    return nil, "cannot have code in table definition"
  end
  local f, err = loadstring("return " .. text)
  if not f then
    return nil, err
  end
  local ok, value = pcall(setfenv(f, {}))
  if not ok then
    return nil, value
  end
  return value
end

function M.load(text, env, paranoid)
  env = env or {}
  if paranoid then
    for word in text:gmatch("[%a_][%w_]*") do
      if word == "for" or word == "while" or word == "repeat" or word == "function" then
        return nil, "looping not allowed"
      end
    end
  end
  local f, err = loadstring(text)
  if not f then
    return nil, err
  end
  local ok, problem = pcall(setfenv(f, env))
  if not ok then
    return nil, problem
  end
  return env
end

function M.number(n, kind, precision)
  precision = precision or 1
  local factor, units = 1000, { "", "K", "M", "B" }
  if kind == "M" then
    factor, units = 1024, { "B", "KiB", "MiB", "GiB" }
  elseif kind == "T" then
    local text = tostring(math.floor(n)):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")
    return text
  end
  local at = 1
  while n >= factor and at < #units do
    n, at = n / factor, at + 1
  end
  return (at == 1 and "%d" or "%." .. precision .. "f"):format(n) .. units[at]
end

return setmetatable(M, {
  __call = function(_, ...)
    return M.debug(...)
  end,
})
