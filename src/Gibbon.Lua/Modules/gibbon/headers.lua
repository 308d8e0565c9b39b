-- What may be the name and the value of a header; the errors are Kong's.
local G = ...
local type, error, pairs, ipairs, tostring, format = type, error, pairs, ipairs, tostring, string.format
local find, gsub = string.find, string.gsub

local scalar = { string = true, number = true, boolean = true }

local function check_name(name, level)
  if type(name) ~= "string" then
    error(format("invalid header name %q: got %s, expected string", tostring(name), type(name)), level)
  end
end

local function check_list(name, value, level)
  for _, item in ipairs(value) do
    if type(item) ~= "string" then
      error(format("invalid header value in array %q: got %s, expected string", name, type(item)), level)
    end
  end
end

function G.check_header(name, value)
  check_name(name, 4)
  if type(value) == "table" then
    check_list(name, value, 4)
  elseif not scalar[type(value)] then
    error(format("invalid header value for %q: got %s, expected array of string, string, number or boolean", name, type(value)), 3)
  end
end

-- In the name of a header of the answer _ becomes -.
function G.dashed(name)
  return find(name, "_", 1, true) and (gsub(name, "_", "-")) or name
end

-- A list of no values takes a header away, and a header without a name is none.
function G.is_emptied(value)
  return type(value) == "table" and value[1] == nil
end

-- The headers that are to be set; those of empty lists are taken away by the given function.
function G.check_headers(headers, level, clear, dashed)
  local rest
  for name, value in pairs(headers) do
    check_name(name, level + 1)
    if type(value) == "table" then
      check_list(name, value, level + 1)
    elseif not scalar[type(value)] then
      error(format("invalid header value for %q: got %s, expected string, number, boolean or array of strings", name, type(value)), level)
    end
    rest = rest or name == "" or G.is_emptied(value) or dashed and find(name, "_", 1, true)
  end
  if not rest then
    return headers
  end
  rest = {}
  for name, value in pairs(headers) do
    if name == "" then
      -- Passed over.
    elseif G.is_emptied(value) then
      clear(name)
    else
      rest[dashed and G.dashed(name) or name] = value
    end
  end
  return rest
end

return G
