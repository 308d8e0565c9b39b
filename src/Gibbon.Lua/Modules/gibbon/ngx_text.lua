-- Encodings and hashes of ngx.
local G = ...
local native = G.native
local type, error, tostring, pairs, concat = type, error, tostring, pairs, table.concat

local text = {}

local function bytes(value)
  if value == nil then
    return ""
  end
  return tostring(value)
end

function text.encode_base64(value, no_padding)
  return native.base64_encode(bytes(value), false, no_padding == true)
end

function text.decode_base64(value)
  if type(value) ~= "string" then
    error("string argument only", 2)
  end
  return native.base64_decode(value)
end

function text.escape_uri(value, kind)
  return native.escape_uri(bytes(value), kind or 2)
end

function text.unescape_uri(value)
  return native.unescape_uri(bytes(value))
end

function text.md5(value)
  return native.hex(native.md5(bytes(value)))
end

function text.md5_bin(value)
  return native.md5(bytes(value))
end

function text.sha1_bin(value)
  return native.sha1(bytes(value))
end

function text.hmac_sha1(key, value)
  return native.hmac("sha1", key, value)
end

function text.crc32_long(value)
  return native.crc32(value)
end
text.crc32_short = text.crc32_long

function text.quote_sql_str(value)
  local escapes = { ["\0"] = "\\0", ["\n"] = "\\n", ["\r"] = "\\r", ["\b"] = "\\b", ["\t"] = "\\t", ["\26"] = "\\Z", ["\\"] = "\\\\", ["'"] = "\\'", ['"'] = '\\"' }
  return "'" .. value:gsub('[%z\n\r\b\t\26\\\'"]', escapes) .. "'"
end

function text.encode_args(args)
  if type(args) ~= "table" then
    error("bad argument #1 to 'encode_args' (table expected, got " .. type(args) .. ")", 2)
  end
  local parts = {}
  local function add(key, value)
    if value == true then
      parts[#parts + 1] = native.escape_uri(key, 2)
    elseif type(value) == "string" or type(value) == "number" then
      parts[#parts + 1] = native.escape_uri(key, 2) .. "=" .. native.escape_uri(tostring(value), 2)
    elseif value ~= false then
      error("attempt to use " .. type(value) .. " as query arg value", 3)
    end
  end
  for key, value in pairs(args) do
    if type(key) ~= "string" then
      error("attempt to use a non-string key in the \"args\" option table", 2)
    end
    if type(value) == "table" then
      for _, item in pairs(value) do
        add(key, item)
      end
    else
      add(key, value)
    end
  end
  return concat(parts, "&")
end

function text.decode_args(query, max)
  local args, count = {}, 0
  max = max or 100
  for part in query:gmatch("[^&]+") do
    if max > 0 and count >= max then
      return args, "truncated"
    end
    local key, value = part:match("^([^=]*)=(.*)$")
    local name = native.unescape_uri(key or part)
    local decoded = value and native.unescape_uri(value) or true
    if name ~= "" then
      count = count + 1
      local known = args[name]
      if known == nil then
        args[name] = decoded
      elseif type(known) == "table" then
        known[#known + 1] = decoded
      else
        args[name] = { known, decoded }
      end
    end
  end
  return args
end

return text
