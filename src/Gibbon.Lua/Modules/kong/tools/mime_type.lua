-- kong.tools.mime_type
local M = {}

-- The type, the kind and the parameters of a media type; nothing for what is none.
function M.parse_mime_type(text)
  local kind, subtype, rest = tostring(text or ""):match("^%s*([%w!#$&^_%.%+*-]+)/([%w!#$&^_%.%+*-]+)%s*(.*)$")
  if not kind then
    return nil
  end
  local parameters
  for name, value in rest:gmatch(";%s*([%w!#$&^_%.%+-]+)%s*=%s*([^;]+)") do
    parameters = parameters or {}
    value = value:gsub("%s+$", ""):match('^"(.*)"$') or value:gsub("%s+$", "")
    parameters[name:lower()] = name:lower() == "q" and tonumber(value) or value
  end
  return kind:lower(), subtype:lower(), parameters or {}
end

local function fits(wanted, given)
  return wanted == "*" or wanted == given
end

-- Whether one (type, subtype) takes in the other.
function M.includes(this, other)
  if type(this) ~= "table" then
    error("this must be a table", 2)
  end
  if type(other) ~= "table" then
    error("other must be a table", 2)
  end
  if not fits(this.type, other.type) then
    return false
  end
  if this.type == "*" or fits(this.subtype, other.subtype) then
    return true
  end
  local suffix = this.subtype:match("^%*%+(.*)$")
  return suffix ~= nil and (other.subtype == suffix or other.subtype:sub(-#suffix - 1) == "+" .. suffix)
end

return M
