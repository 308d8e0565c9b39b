-- inspect: a value as text that a person can read.
local format, rep, floor, concat, sort = string.format, string.rep, math.floor, table.concat, table.sort

local inspect = { _VERSION = "inspect.lua 3.1.3", KEY = setmetatable({}, { __tostring = function() return "inspect.KEY" end }),
  METATABLE = setmetatable({}, { __tostring = function() return "inspect.METATABLE" end }) }

local escapes = { ["\a"] = "\\a", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\v"] = "\\v", ["\127"] = "\\127" }
for i = 0, 31 do
  local c = string.char(i)
  escapes[c] = escapes[c] or "\\" .. i
end

local function quote(text)
  text = text:gsub("\\", "\\\\"):gsub("[%c\127]", escapes)
  if text:find('"', 1, true) and not text:find("'", 1, true) then
    return "'" .. text .. "'"
  end
  return '"' .. text:gsub('"', '\\"') .. '"'
end

local keywords = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  keywords[word] = true
end

local ranks = { number = 1, boolean = 2, string = 3, table = 4, ["function"] = 5, userdata = 6, thread = 7 }

local function before(a, b)
  local ta, tb = type(a), type(b)
  if ta == tb and (ta == "string" or ta == "number") then
    return a < b
  end
  local ra, rb = ranks[ta] or 100, ranks[tb] or 100
  return ra == rb and ta < tb or ra < rb
end

local function write(value, options, state, depth)
  local kind = type(value)
  if kind == "string" then
    return quote(value)
  end
  if kind == "number" or kind == "boolean" or kind == "nil" then
    return tostring(value)
  end
  if kind ~= "table" then
    state.ids[kind] = state.ids[kind] or { n = 0 }
    local ids = state.ids[kind]
    if not ids[value] then
      ids.n = ids.n + 1
      ids[value] = ids.n
    end
    return format("<%s %d>", kind, ids[value])
  end
  if state.open[value] or depth >= options.depth then
    return state.open[value] and format("<table %d>", state.open[value]) or "{...}"
  end
  state.tables = state.tables + 1
  state.open[value] = state.tables

  local length = #value
  local keys = {}
  for key in next, value do
    if not (type(key) == "number" and key >= 1 and key <= length and floor(key) == key) then
      keys[#keys + 1] = key
    end
  end
  sort(keys, before)

  local parts = {}
  for i = 1, length do
    parts[i] = " " .. write(value[i], options, state, depth + 1)
  end
  local indent = options.newline .. rep(options.indent, depth + 1)
  for _, key in ipairs(keys) do
    local name = type(key) == "string" and key:match("^[%a_][%w_]*$") and not keywords[key] and key
      or "[" .. write(key, options, state, depth + 1) .. "]"
    parts[#parts + 1] = indent .. name .. " = " .. write(rawget(value, key), options, state, depth + 1)
  end
  local mt = getmetatable(value)
  if type(mt) == "table" and options.metatables ~= false then
    parts[#parts + 1] = indent .. "<metatable> = " .. write(mt, options, state, depth + 1)
  end
  state.open[value] = nil
  if #parts == 0 then
    return "{}"
  end
  local multiline = #keys > 0 or type(mt) == "table" and options.metatables ~= false
  return "{" .. concat(parts, ",") .. (multiline and options.newline .. rep(options.indent, depth) or " ") .. "}"
end

local function process(f, item, path, seen)
  if item == nil then
    return nil
  end
  if seen[item] then
    return seen[item]
  end
  local processed = f(item, path)
  if type(processed) ~= "table" then
    return processed
  end
  local copy = {}
  seen[item] = copy
  for key, value in next, processed do
    local inner = { unpack(path) }
    inner[#inner + 1] = key
    copy[key] = process(f, value, inner, seen)
  end
  return setmetatable(copy, getmetatable(processed))
end

function inspect.inspect(value, options)
  options = options or {}
  if options.process then
    value = process(options.process, value, {}, {})
  end
  return write(value, {
    depth = options.depth or math.huge,
    newline = options.newline or "\n",
    indent = options.indent or "  ",
    metatables = options.metatables,
  }, { ids = {}, open = {}, tables = 0 }, 0)
end

return setmetatable(inspect, {
  __call = function(_, ...)
    return inspect.inspect(...)
  end,
})
