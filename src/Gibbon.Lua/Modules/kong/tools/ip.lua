-- kong.tools.ip
local M = {}

local function is_ipv4(text)
  local a, b, c, d = text:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  return a ~= nil and tonumber(a) < 256 and tonumber(b) < 256 and tonumber(c) < 256 and tonumber(d) < 256
end

local function is_ipv6(text)
  text = text:gsub("^%[", ""):gsub("%]$", "")
  return text:find(":", 1, true) ~= nil and text:find("^[%x:%.]+$") ~= nil
end

function M.is_valid_ipv4(text)
  return type(text) == "string" and is_ipv4(text)
end

function M.is_valid_ipv6(text)
  return type(text) == "string" and is_ipv6(text)
end

function M.is_valid_ip(text)
  return M.is_valid_ipv4(text) or M.is_valid_ipv6(text)
end

local function cidr(is_address, most)
  return function(text)
    local address, bits = tostring(text):match("^(.-)/(%d+)$")
    return address ~= nil and is_address(address) and tonumber(bits) <= most
  end
end
M.is_valid_cidr_v4, M.is_valid_cidr_v6 = cidr(is_ipv4, 32), cidr(is_ipv6, 128)

function M.is_valid_cidr(text)
  return M.is_valid_cidr_v4(text) or M.is_valid_cidr_v6(text)
end

function M.is_valid_ip_or_cidr_v4(text)
  return M.is_valid_ipv4(text) or M.is_valid_cidr_v4(text)
end

function M.is_valid_ip_or_cidr_v6(text)
  return M.is_valid_ipv6(text) or M.is_valid_cidr_v6(text)
end

function M.is_valid_ip_or_cidr(text)
  return M.is_valid_ip(text) or M.is_valid_cidr(text)
end

function M.hostname_type(name)
  local _, colons = name:gsub(":", "")
  if colons > 1 then
    return "ipv6"
  end
  return name:find("^[%d%.]+:?%d*$") and "ipv4" or "name"
end

local function port_of(text)
  if not text then
    return nil
  end
  local port = tonumber(text)
  if port > 65535 then
    return nil, "invalid port number"
  end
  return port
end

function M.normalize_ipv4(address)
  local host, port = address:match("^([%d%.]+):(%d+)$")
  host = host or address
  if not is_ipv4(host) then
    return nil, "invalid ipv4 address: " .. address
  end
  local number, err = port_of(port)
  if err then
    return nil, err
  end
  local a, b, c, d = host:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  return ("%d.%d.%d.%d"):format(a, b, c, d), number
end

-- All eight groups of four digits, without brackets.
function M.normalize_ipv6(address)
  local host, rest = address:match("^%[(.*)%](.*)$")
  local port
  if host and rest ~= "" then
    port = rest:match("^:(%d+)$")
    if not port then
      return nil, "invalid ipv6 address"
    end
  end
  host = host or address
  local number, err = port_of(port)
  if err then
    return nil, err
  end
  local head, tail = host:match("^(.-)::(.*)$")
  local function groups(text)
    local found = {}
    for group in text:gmatch("[^:]+") do
      found[#found + 1] = group
    end
    return found
  end
  local all = groups(head or host)
  if head then
    local last = groups(tail)
    for _ = #all + #last + 1, 8 do
      all[#all + 1] = "0"
    end
    for _, group in ipairs(last) do
      all[#all + 1] = group
    end
  end
  for i, group in ipairs(all) do
    if not group:find("^%x%x?%x?%x?$") then
      return nil, "invalid ipv6 address: " .. address
    end
    all[i] = ("0"):rep(4 - #group) .. group:lower()
  end
  if #all ~= 8 then
    return nil, "invalid ipv6 address: " .. address
  end
  return table.concat(all, ":"), number
end

function M.check_hostname(address)
  local name, port = address:match("^(.*):(%d+)$")
  name = name or address
  local number, err = port_of(port)
  if err then
    return nil, err
  end
  if not name:find("^[%w%-%._]+$") or name:find("..", 1, true) or name:find("^%.") or name:find("%-%.") or name:find("%-$") then
    return nil, "invalid hostname: " .. address
  end
  return name, number
end

local normalizers = { ipv4 = M.normalize_ipv4, ipv6 = M.normalize_ipv6, name = M.check_hostname }

function M.normalize_ip(address)
  local kind = M.hostname_type(address)
  local host, port = normalizers[kind](address)
  if not host then
    return nil, port
  end
  return { type = kind, host = host, port = port }
end

-- A host, or the table that normalize_ip made, as a URL has it.
function M.format_host(host, port)
  if host == nil then
    return nil, port
  end
  local kind
  if type(host) == "table" then
    host, port, kind = host.host, host.port or port, host.type
  elseif type(host) ~= "string" then
    return nil, "cannot format type '" .. type(host) .. "'"
  end
  if (kind or M.hostname_type(host)) == "ipv6" and not host:find("[", 1, true) then
    host = "[" .. M.normalize_ipv6(host) .. "]"
  end
  return host .. (port and ":" .. port or "")
end

return M
