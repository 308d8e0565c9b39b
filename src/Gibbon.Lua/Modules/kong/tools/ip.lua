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

function M.is_valid_cidr(text)
  local address, bits = tostring(text):match("^(.-)/(%d+)$")
  if not address then
    return false
  end
  return is_ipv4(address) and tonumber(bits) <= 32 or is_ipv6(address) and tonumber(bits) <= 128
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

return M
