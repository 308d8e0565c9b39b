-- resty.openssl.x509.altname: the other names of a certificate, as pairs of kind and value.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local altname = { __index = {} }
local methods = altname.__index
local kinds = { [1] = "email", [2] = "DNS", [4] = "DirName", [6] = "URI", [7] = "IP" }

function M.new()
  return setmetatable({ list = {} }, altname)
end

function M.istype(value)
  return getmetatable(value) == altname
end

local function address(bytes)
  if #bytes == 4 then
    return ("%d.%d.%d.%d"):format(bytes:byte(1, 4))
  end
  local groups = {}
  for at = 1, #bytes - 1, 2 do
    groups[#groups + 1] = ("%X"):format(bytes:byte(at) * 256 + bytes:byte(at + 1))
  end
  return table.concat(groups, ":")
end

-- From GENERAL_NAMES, which become ours.
function M.own(names)
  names = O.own(names, C.GENERAL_NAMES_free)
  local made, kind = M.new(), O.count()
  for at = 0, C.OPENSSL_sk_num(names) - 1 do
    local value = C.GENERAL_NAME_get0_value(C.OPENSSL_sk_value(names, at), kind)
    local word = kinds[kind[0]]
    if word == "DirName" then
      made:add(word, require("resty.openssl.x509.name").dup(value):tostring())
    elseif word then
      local bytes = O.text(C.ASN1_STRING_get0_data(value), C.ASN1_STRING_length(value))
      made:add(word, word == "IP" and address(bytes) or bytes)
    end
  end
  return made, names and nil
end

function methods:add(kind, value)
  self.list[#self.list + 1] = { kind, value }
  return self
end

function methods:each()
  local at = 0
  return function()
    at = at + 1
    local item = self.list[at]
    if item then
      return item[1], item[2]
    end
    return nil
  end
end

function altname.__pairs(self)
  return methods.each(self)
end

function altname.__len(self)
  return #self.list
end

function methods:count()
  return #self.list
end

function methods:all()
  local all = {}
  for kind, value in methods.each(self) do
    local known = all[kind]
    if known == nil then
      all[kind] = value
    elseif type(known) == "table" then
      known[#known + 1] = value
    else
      all[kind] = { known, value }
    end
  end
  return all
end

function methods:tostring()
  local parts = {}
  for _, item in ipairs(self.list) do
    parts[#parts + 1] = item[1] .. "=" .. item[2]
  end
  table.sort(parts)
  return table.concat(parts, "/")
end
altname.__tostring = methods.tostring

-- As an extension is written: DNS:a,IP:b
function methods:to_value()
  local parts = {}
  for _, item in ipairs(self.list) do
    parts[#parts + 1] = item[1] .. ":" .. item[2]
  end
  return table.concat(parts, ",")
end

return M
