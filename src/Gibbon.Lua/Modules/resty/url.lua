-- resty.url
local M = {}
local ports = { http = 80, https = 443, ws = 80, wss = 443, redis = 6379, postgres = 5432 }

function M.default_port(scheme)
  return ports[scheme]
end

-- The parts of a URL: scheme, user, password, host, port, path.
function M.parse(text)
  if type(text) ~= "string" then
    return nil, "missing or invalid url"
  end
  local scheme, rest = text:match("^([%w%+%-%.]+)://(.*)$")
  if not scheme then
    return nil, "missing scheme"
  end
  local authority, path = rest:match("^([^/%?#]*)(.*)$")
  local userinfo, address = authority:match("^(.*)@([^@]*)$")
  address = address or authority
  local host, port = address:match("^(%[[^%]]*%]):?(%d*)$")
  if not host then
    host, port = address:match("^([^:]*):?(%d*)$")
  end
  if not host then
    return nil, "invalid host"
  end
  local user, password
  if userinfo then
    user, password = userinfo:match("^([^:]*):?(.*)$")
  end
  local function filled(value)
    return value and value ~= "" and value or nil
  end
  return { scheme = scheme, user = filled(user), password = filled(password), host = filled(host), port = tonumber(port) or ports[scheme], path = filled(path) }
end

function M.split(text)
  local parsed, err = M.parse(text)
  if not parsed then
    return nil, err
  end
  return { parsed.scheme, parsed.user or false, parsed.password or false, parsed.host or false, parsed.port or false, parsed.path }
end

function M.normalize(text)
  local scheme, rest = text:match("^([%w%+%-%.]+://)(.*)$")
  if not scheme then
    scheme, rest = "", text
  end
  local path = rest:match("^[^%?#]*")
  return scheme .. path:gsub("/+", "/"):gsub("/%./", "/") .. rest:sub(#path + 1)
end

return M
