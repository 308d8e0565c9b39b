-- kong.tools.string
local M = {}

-- A text without the space around it.
function M.strip(text)
  if text == nil then
    return ""
  end
  return (tostring(text):gsub("^%s+", ""):gsub("%s+$", ""))
end

function M.split(text, pattern)
  local parts, at = {}, 1
  while true do
    local from, to = text:find(pattern, at, true)
    if not from then
      parts[#parts + 1] = text:sub(at)
      return parts
    end
    parts[#parts + 1] = text:sub(at, from - 1)
    at = to + 1
  end
end

local function split(text, separator, max, plain)
  if text == nil then
    return {}, 0
  end
  local parts, at = {}, 1
  max = max or math.huge
  while #parts + 1 < max do
    local from, to = text:find(separator, at, plain)
    if not from or to < from then
      break
    end
    parts[#parts + 1] = text:sub(at, from - 1)
    at = to + 1
  end
  parts[#parts + 1] = text:sub(at)
  return parts, #parts
end

local function each_of(parts)
  local at = 0
  return function()
    at = at + 1
    return parts[at]
  end
end

function M.splitn(text, separator, max)
  return split(text, separator, max, true)
end

-- The parts of a text between separators, one after the other.
function M.isplitn(text, separator, max)
  return each_of((M.splitn(text, separator, max)))
end

function M.split_once(text, separator)
  local from, to = text:find(separator, 1, true)
  if not from then
    return text
  end
  return text:sub(1, from - 1), text:sub(to + 1)
end

-- The same with a pattern in the place of the separator.
function M.psplitn(text, pattern, max)
  return split(text, pattern, max, false)
end

function M.ipsplitn(text, pattern, max)
  return each_of((M.psplitn(text, pattern, max)))
end

function M.psplit_once(text, pattern)
  local from, to = (text or ""):find(pattern)
  if not from then
    return text
  end
  return text:sub(1, from - 1), text:sub(to + 1)
end

M.join = function(separator, list)
  return require("pl.stringx").join(separator, list)
end

-- The place of the first byte that does not belong to UTF-8; nothing if all do.
function M.validate_utf8(value)
  local text = tostring(value)
  local at, size = 1, #text
  while at <= size do
    local length
    for i, pattern in ipairs({
      "^[%z\1-\127]", "^[\194-\223][\128-\191]", "^\224[\160-\191][\128-\191]", "^[\225-\236\238\239][\128-\191][\128-\191]",
      "^\237[\128-\159][\128-\191]", "^\240[\144-\191][\128-\191][\128-\191]", "^[\241-\243][\128-\191][\128-\191][\128-\191]",
      "^\244[\128-\143][\128-\191][\128-\191]",
    }) do
      local _, to = text:find(pattern, at)
      if to then
        length = to - at + 1
        break
      end
    end
    if not length then
      return false, at
    end
    at = at + length
  end
  return true
end

function M.bytes_to_str(bytes, unit, scale)
  local u = (unit or "b"):lower()
  scale = scale or 2
  if u == "b" then
    return math.floor(bytes)
  end
  local powers = { k = { 1024, "KiB" }, m = { 1024 ^ 2, "MiB" }, g = { 1024 ^ 3, "GiB" } }
  local power = powers[u]
  if not power then
    error("invalid unit '" .. tostring(unit) .. "' (expected 'k/K', 'm/M', or 'g/G')", 2)
  end
  return string.format("%." .. scale .. "f %s", bytes / power[1], power[2])
end

function M.replace_dashes(text)
  return (text:gsub("%-", "_"))
end

function M.replace_dashes_lower(text)
  return (text:lower():gsub("%-", "_"))
end

local function decoded(value)
  if type(value) ~= "string" then
    return nil, "base64 decoding failed: not a string"
  end
  local text = ngx.decode_base64(value) or require("ngx.base64").decode_base64url(value)
  if not text then
    return nil, "base64 decoding failed: invalid input"
  end
  return text
end

-- A text, or each text of a list, without its Base64 if it has one.
function M.try_decode_base64(value)
  if type(value) == "table" then
    for i, item in ipairs(value) do
      value[i] = decoded(item) or item
    end
    return value
  end
  return decoded(value) or value
end
M.decode_base64 = decoded

local sizes = { k = 1024, m = 1024 ^ 2, g = 1024 ^ 3 }

-- 5m as nginx means it.
function M.parse_ngx_size(text)
  assert(type(text) == "string", "Parameter #1 must be a string")
  local number, unit = text:match("^(.-)([kKmMgG]?)$")
  return (tonumber(number) or 0) * (sizes[unit:lower()] or 1)
end

return M
