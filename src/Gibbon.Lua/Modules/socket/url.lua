-- socket.url: URLs in parts and back (RFC 3986).
local M = { _VERSION = "URL 1.0.3" }

local function escape_with(keep)
  return function(text)
    return (text:gsub("([^" .. keep .. "])", function(c)
      return string.format("%%%02x", c:byte())
    end))
  end
end

M.escape = escape_with("A-Za-z0-9_")
local escape_segment = escape_with("A-Za-z0-9%-_%.!~%*'%(%):@&=%+%$,")

function M.unescape(text)
  return (text:gsub("%%(%x%x)", function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

function M.parse(url, default)
  local parsed = {}
  for key, value in pairs(default or {}) do
    parsed[key] = value
  end
  if not url or url == "" then
    return nil, "invalid url"
  end
  url = url:gsub("#(.*)$", function(fragment)
    parsed.fragment = fragment
    return ""
  end)
  url = url:gsub("^([%w][%w%+%-%.]*):", function(scheme)
    parsed.scheme = scheme
    return ""
  end)
  url = url:gsub("^//([^/%?]*)", function(authority)
    parsed.authority = authority
    return ""
  end)
  url = url:gsub("%?(.*)$", function(query)
    parsed.query = query
    return ""
  end)
  url = url:gsub(";(.*)$", function(params)
    parsed.params = params
    return ""
  end)
  if url ~= "" then
    parsed.path = url
  end
  local authority = parsed.authority
  if not authority then
    return parsed
  end
  authority = authority:gsub("^([^@]*)@", function(userinfo)
    parsed.userinfo = userinfo
    return ""
  end)
  authority = authority:gsub(":([^:%]]*)$", function(port)
    parsed.port = port
    return ""
  end)
  if authority ~= "" then
    parsed.host = authority:match("^%[(.+)%]$") or authority
  end
  if parsed.userinfo then
    parsed.user, parsed.password = parsed.userinfo:match("^([^:]*):?(.*)$")
    if not parsed.userinfo:find(":", 1, true) then
      parsed.password = nil
    end
  end
  return parsed
end

function M.build(parsed)
  local url = M.build_path(M.parse_path(parsed.path or ""))
  if parsed.params then
    url = url .. ";" .. parsed.params
  end
  if parsed.query then
    url = url .. "?" .. parsed.query
  end
  local authority = parsed.authority
  if parsed.host then
    authority = parsed.host
    if authority:find(":", 1, true) then
      authority = "[" .. authority .. "]"
    end
    if parsed.port then
      authority = authority .. ":" .. tostring(parsed.port)
    end
    local userinfo = parsed.userinfo
    if parsed.user then
      userinfo = parsed.user .. (parsed.password and ":" .. parsed.password or "")
    end
    if userinfo then
      authority = userinfo .. "@" .. authority
    end
  end
  if authority then
    url = "//" .. authority .. url
  end
  if parsed.scheme then
    url = parsed.scheme .. ":" .. url
  end
  if parsed.fragment then
    url = url .. "#" .. parsed.fragment
  end
  return url
end

local function without_dots(path)
  local kept = {}
  local ends_in_slash = path:find("/%.?%.?$") ~= nil
  for segment in path:gmatch("[^/]+") do
    if segment == ".." then
      kept[#kept] = nil
    elseif segment ~= "." then
      kept[#kept + 1] = segment
    end
  end
  local result = (path:sub(1, 1) == "/" and "/" or "") .. table.concat(kept, "/")
  if ends_in_slash and result:sub(-1) ~= "/" then
    result = result .. "/"
  end
  return result
end

function M.absolute(base, relative)
  if type(base) == "string" then
    base = M.parse(base)
  end
  if relative == "" then
    return M.build(base)
  end
  local parsed = M.parse(relative)
  if parsed.scheme then
    return relative
  end
  parsed.scheme = base.scheme
  if not parsed.authority then
    parsed.authority = base.authority
    if not parsed.path then
      parsed.path = base.path
      parsed.params = parsed.params or base.params
      parsed.query = parsed.query or base.query
    elseif parsed.path:sub(1, 1) ~= "/" then
      parsed.path = without_dots((base.path or "/"):gsub("[^/]*$", "") .. parsed.path)
    end
  end
  return M.build(parsed)
end

function M.parse_path(path)
  local parsed = {}
  for segment in (path or ""):gmatch("[^/]+") do
    parsed[#parsed + 1] = M.unescape(segment)
  end
  if path and path:sub(1, 1) == "/" then
    parsed.is_absolute = 1
  end
  if path and #path > 0 and path:sub(-1) == "/" then
    parsed.is_directory = 1
  end
  return parsed
end

function M.build_path(parsed, unsafe)
  local segments = {}
  for i, segment in ipairs(parsed) do
    segments[i] = unsafe and segment or escape_segment(segment)
  end
  local path = table.concat(segments, "/")
  if parsed.is_directory and path ~= "" then
    path = path .. "/"
  end
  return (parsed.is_absolute and "/" or "") .. path
end

return M
