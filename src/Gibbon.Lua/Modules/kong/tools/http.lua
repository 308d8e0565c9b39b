-- kong.tools.http
local M = {}

function M.encode_args(args, raw, no_array_indexes)
  local keys, parts = {}, {}
  for key in pairs(args) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  local escape = raw and tostring or function(value)
    return ngx.escape_uri(tostring(value))
  end
  local function add(name, value)
    if type(value) == "table" then
      for i, item in ipairs(value) do
        add(no_array_indexes and name .. "[]" or name .. "[" .. i .. "]", item)
      end
      for key, item in pairs(value) do
        if type(key) ~= "number" then
          add(name .. "." .. tostring(key), item)
        end
      end
    elseif value == true then
      parts[#parts + 1] = escape(name)
    elseif value == ngx.null then
      parts[#parts + 1] = escape(name) .. "="
    elseif value ~= false and value ~= nil then
      parts[#parts + 1] = escape(name) .. "=" .. escape(value)
    end
  end
  for _, key in ipairs(keys) do
    add(tostring(key), args[key])
  end
  return table.concat(parts, "&")
end

function M.decode_args(args)
  return ngx.decode_args(args)
end

function M.check_https(trusted, allow_terminated)
  if kong.request.get_scheme() == "https" then
    return true
  end
  if not allow_terminated or not trusted then
    return false
  end
  local proto = kong.request.get_headers()["x-forwarded-proto"]
  if type(proto) == "table" then
    return nil, "Only one X-Forwarded-Proto header allowed"
  end
  return proto ~= nil and proto:lower() == "https"
end

function M.validate_header_name(name)
  if name == nil or name == "" then
    return nil, "no header name provided"
  end
  if name:find("^[%w_-]+$") then
    return name
  end
  return nil, "bad header name '" .. name .. "', allowed characters are A-Z, a-z, 0-9, '_', and '-'"
end

function M.validate_cookie_name(name)
  if name == nil or name == "" then
    return nil, "no cookie name provided"
  end
  if name:find("^[^%c%s()<>@,;:\\\"/?={}%[%]]+$") then
    return name
  end
  return nil, "bad cookie name '" .. name .. "'"
end

function M.parse_directive_header(header)
  local directives = {}
  for part in tostring(header or ""):gmatch("[^,]+") do
    local name, value = part:match("^%s*([^=%s]+)%s*=?%s*\"?([^\"]*)\"?%s*$")
    if name then
      directives[name:lower()] = value == "" and true or tonumber(value) or value
    end
  end
  return directives
end

return M
