-- pl.stringx
local utils = require("pl.utils")
local M = {}
local assert_string, escape = utils.assert_string, utils.escape

function M.isalpha(s) return assert_string(1, s):find("^%a+$") == 1 end
function M.isdigit(s) return assert_string(1, s):find("^%d+$") == 1 end
function M.isalnum(s) return assert_string(1, s):find("^%w+$") == 1 end
function M.isspace(s) return assert_string(1, s):find("^%s+$") == 1 end
function M.islower(s) return assert_string(1, s):find("^[%l%s]+$") == 1 end
function M.isupper(s) return assert_string(1, s):find("^[%u%s]+$") == 1 end

local function any(s, affixes, test)
  if type(affixes) == "string" then
    return test(s, affixes)
  end
  for _, affix in ipairs(affixes) do
    if test(s, affix) then
      return true
    end
  end
  return false
end

function M.startswith(s, prefix)
  return any(assert_string(1, s), prefix, function(text, start)
    return text:sub(1, #start) == start
  end)
end

function M.endswith(s, suffix)
  return any(assert_string(1, s), suffix, function(text, finish)
    return #text >= #finish and text:sub(#text - #finish + 1) == finish
  end)
end

function M.join(separator, list)
  local parts = {}
  for i, value in ipairs(list) do
    parts[i] = tostring(value)
  end
  return table.concat(parts, separator)
end

local function as_list(t)
  return setmetatable(t, require("pl.List"))
end

function M.splitlines(s, keeps_ends)
  local lines = {}
  for line, ending in assert_string(1, s):gmatch("([^\r\n]*)(\r?\n?)") do
    if line == "" and ending == "" then
      break
    end
    lines[#lines + 1] = keeps_ends and line .. ending or line
  end
  return as_list(lines)
end

-- Separated by a plain text, or by spaces.
function M.split(s, separator, most)
  assert_string(1, s)
  local parts = {}
  if separator == nil then
    parts = utils.split(s, nil, false, most and most + 1)
    return as_list(parts)
  end
  if separator == "" then
    return as_list({ s })
  end
  local at = 1
  while true do
    local from, to = s:find(separator, at, true)
    if not from or most and #parts >= most then
      parts[#parts + 1] = s:sub(at)
      return as_list(parts)
    end
    parts[#parts + 1] = s:sub(at, from - 1)
    at = to + 1
  end
end

function M.expandtabs(s, size)
  size = size or 8
  return (assert_string(1, s):gsub("([^\t\r\n]*)\t", function(before)
    return before .. (" "):rep(size - #before % size)
  end))
end

function M.lfind(s, wanted, from, to)
  local at, last = assert_string(1, s):find(wanted, from, true)
  if at and (not to or last <= to) then
    return at
  end
  return nil
end

function M.rfind(s, wanted, from, to)
  assert_string(1, s)
  local found
  local at = from or 1
  while true do
    local start, finish = s:find(wanted, at, true)
    if not start or to and finish > to then
      return found
    end
    found, at = start, start + 1
  end
end

function M.replace(s, old, new, most)
  return (assert_string(1, s):gsub(escape(old), (new:gsub("%%", "%%%%")), most))
end

function M.count(s, wanted, overlapping)
  local n, at = 0, 1
  while true do
    local from, to = s:find(wanted, at, true)
    if not from then
      return n
    end
    n, at = n + 1, overlapping and from + 1 or to + 1
  end
end

local function pad(s, width, fill, left, right)
  fill = fill or " "
  local missing = width - #s
  if missing <= 0 then
    return s
  end
  if left and right then
    local before = math.ceil(missing / 2)
    return fill:rep(before) .. s .. fill:rep(missing - before)
  end
  return left and fill:rep(missing) .. s or s .. fill:rep(missing)
end

function M.ljust(s, width, fill) return pad(assert_string(1, s), width, fill, false, true) end
function M.rjust(s, width, fill) return pad(assert_string(1, s), width, fill, true, false) end
function M.center(s, width, fill) return pad(assert_string(1, s), width, fill, true, true) end

local function set_of(chars)
  return chars and "[" .. chars:gsub("[%]%^%-%%]", "%%%0") .. "]" or "%s"
end

function M.lstrip(s, chars) return (assert_string(1, s):gsub("^" .. set_of(chars) .. "+", "")) end

function M.rstrip(s, chars)
  local set, last = set_of(chars), #assert_string(1, s)
  while last > 0 and s:find("^" .. set, last) do
    last = last - 1
  end
  return s:sub(1, last)
end

function M.strip(s, chars) return M.rstrip(M.lstrip(s, chars), chars) end

function M.splitv(s, pattern) return utils.splitv(s, pattern) end

function M.partition(s, separator)
  local from, to = assert_string(1, s):find(separator, 1, true)
  if not from then
    return s, "", ""
  end
  return s:sub(1, from - 1), separator, s:sub(to + 1)
end

function M.rpartition(s, separator)
  local at = M.rfind(s, separator)
  if not at then
    return "", "", s
  end
  return s:sub(1, at - 1), separator, s:sub(at + #separator)
end

function M.at(s, place) return s:sub(place, place) end

function M.lines(s)
  return (s:find("\n$") and s or s .. "\n"):gmatch("([^\n]*)\n")
end

function M.title(s)
  return (assert_string(1, s):gsub("(%S)(%S*)", function(first, rest)
    return first:upper() .. rest:lower()
  end))
end

function M.shorten(s, width, tail)
  if #s <= width then
    return s
  end
  if width < 3 then
    return ("."):rep(width)
  end
  if tail then
    return "..." .. s:sub(#s - width + 4)
  end
  return s:sub(1, width - 3) .. "..."
end

function M.quote_string(s)
  local level, most = -1, -1
  for equals in (s .. "]"):gmatch("%](=*)%f[%]]") do
    most = math.max(most, #equals)
  end
  if s:find("\n") and not s:find("\r") then
    level = most + 1
    return "[" .. ("="):rep(level) .. "[\n" .. s .. "]" .. ("="):rep(level) .. "]"
  end
  return (("%q"):format(s):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

-- $name and ${name} in a text.
local Template = {}
Template.__index = Template

local function substitute(s, values, safe)
  local lookup = type(values) == "function" and values or function(name)
    return values[name]
  end
  return (s:gsub("%$(%$?)(%b{})", function(mark, braced)
    if mark == "$" then
      return "\0" .. braced
    end
    local value = lookup(braced:sub(2, -2))
    if value == nil then
      return safe and "\0" .. braced or error("not present in table " .. braced:sub(2, -2), 0)
    end
    return tostring(value)
  end):gsub("%$([%a_][%w_]*)", function(name)
    local value = lookup(name)
    if value == nil then
      return safe and "\0" .. name or error("not present in table " .. name, 0)
    end
    return tostring(value)
  end):gsub("%z", "$"):gsub("%$%$", "$"))
end

function Template:substitute(values) return substitute(self.template, values, false) end
function Template:safe_substitute(values) return substitute(self.template, values, true) end

M.Template = setmetatable({}, {
  __call = function(_, text)
    return setmetatable({ template = text }, Template)
  end,
})

function M.indent(s, n, char)
  local prefix = (char or " "):rep(n)
  local lines = {}
  for line in M.lines(s) do
    lines[#lines + 1] = prefix .. line
  end
  return table.concat(lines, "\n") .. "\n"
end

function M.dedent(s)
  local least
  for line in M.lines(s) do
    if line:find("%S") then
      local indent = #line:match("^%s*")
      least = math.min(least or indent, indent)
    end
  end
  local lines = {}
  for line in M.lines(s) do
    lines[#lines + 1] = line:sub((least or 0) + 1)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Makes them methods of all texts.
function M.import()
  for name, f in pairs(M) do
    if type(f) == "function" and string[name] == nil and name ~= "import" then
      string[name] = f
    end
  end
end

return M
