-- cjson, with OpenResty's additions. The reading and writing is C#'s; here are the settings of each instance.
local G = ...
local native, FAILED = G.native, G.FAILED
local error, type = error, type

local function new()
  local precision, depth, decode_depth = 14, 1000, 1000
  local empty_as_object, mark_arrays, escape_slash = true, false, true
  local sparse_convert, sparse_ratio, sparse_safe = false, 2, 10
  local encode_numbers, decode_numbers, keep_buffer = "off", true, true
  local cjson = {
    _NAME = "cjson",
    _VERSION = "2.1.0.13",
    null = G.null,
    array_mt = G.array_mt,
    empty_array_mt = G.array_mt,
    empty_array = setmetatable({}, G.array_mt),
  }

  function cjson.encode(...)
    if select("#", ...) ~= 1 then
      error("bad argument #1 to 'encode' (expected 1 argument)", 2)
    end
    local text, err = native.json_encode((...), precision, depth, empty_as_object, sparse_convert, sparse_ratio, sparse_safe, escape_slash, encode_numbers)
    if text == FAILED or text == nil then
      error(err, 0)
    end
    return text
  end

  function cjson.decode(...)
    local text = ...
    if select("#", ...) ~= 1 then
      error("bad argument #1 to 'decode' (expected 1 argument)", 2)
    end
    if type(text) ~= "string" and type(text) ~= "number" then
      error("bad argument #1 to 'decode' (string expected, got " .. (text == nil and "nil" or type(text)) .. ")", 2)
    end
    local value, err = native.json_decode(tostring(text), decode_depth, mark_arrays, decode_numbers)
    if value == FAILED then
      error(err, 0)
    end
    return value
  end

  function cjson.encode_number_precision(value)
    precision = value or precision
    return precision
  end

  function cjson.encode_max_depth(value)
    depth = value or depth
    return depth
  end

  function cjson.decode_max_depth(value)
    decode_depth = value or decode_depth
    return decode_depth
  end

  function cjson.encode_empty_table_as_object(value)
    if value ~= nil then
      empty_as_object = value and value ~= "off"
    end
    return empty_as_object
  end

  function cjson.decode_array_with_array_mt(value)
    if value ~= nil then
      mark_arrays = value and value ~= "off"
    end
    return mark_arrays
  end

  function cjson.encode_escape_forward_slash(value)
    if value ~= nil then
      escape_slash = value and value ~= "off"
    end
    return escape_slash
  end

  function cjson.encode_sparse_array(convert, ratio, safe)
    if convert ~= nil then
      sparse_convert = convert and convert ~= "off"
    end
    sparse_ratio, sparse_safe = ratio or sparse_ratio, safe or sparse_safe
    return sparse_convert, sparse_ratio, sparse_safe
  end

  function cjson.encode_invalid_numbers(value)
    if value ~= nil then
      encode_numbers = value == true and "on" or value == false and "off" or value
    end
    return encode_numbers == "on" or encode_numbers
  end

  function cjson.decode_invalid_numbers(value)
    if value ~= nil then
      decode_numbers = value and value ~= "off"
    end
    return decode_numbers
  end

  function cjson.encode_keep_buffer(value)
    if value ~= nil then
      keep_buffer = value and value ~= "off"
    end
    return keep_buffer
  end

  cjson.new = new
  return cjson
end

local kong_json
-- The instance that Kong itself uses: sixteen digits, and arrays stay arrays.
function G.kong_json()
  if not kong_json then
    kong_json = require("cjson.safe").new()
    kong_json.encode_sparse_array(nil, nil, 2 ^ 15)
    kong_json.encode_number_precision(16)
    kong_json.decode_array_with_array_mt(true)
  end
  return kong_json
end

return new()
