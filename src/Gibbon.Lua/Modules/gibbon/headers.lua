-- What may be the name and the value of a header; the errors are Kong's.
local G = ...
local type, error, pairs, ipairs, tostring, format = type, error, pairs, ipairs, tostring, string.format

local scalar = { string = true, number = true, boolean = true }

function G.check_header(name, value)
  if type(name) ~= "string" then
    error(format("invalid header name %q: got %s, expected string", tostring(name), type(name)), 3)
  end
  if type(value) == "table" then
    for _, item in ipairs(value) do
      if type(item) ~= "string" then
        error(format("invalid header value in array %q: got %s, expected string", name, type(item)), 3)
      end
    end
  elseif not scalar[type(value)] then
    error(format("invalid header value for %q: got %s, expected array of string, string, number or boolean", name, type(value)), 3)
  end
end

function G.check_headers(headers, level)
  for name, value in pairs(headers) do
    if type(name) ~= "string" then
      error(format("invalid header name %q: got %s, expected string", tostring(name), type(name)), level)
    end
    if type(value) == "table" then
      for _, item in ipairs(value) do
        if type(item) ~= "string" then
          error(format("invalid header value in array %q: got %s, expected string", name, type(item)), level)
        end
      end
    elseif not scalar[type(value)] then
      error(format("invalid header value for %q: got %s, expected array of string, string, number or boolean", name, type(value)), level)
    end
  end
end

return G
