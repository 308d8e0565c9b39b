-- resty.openssl.x509.name
local G = ...
local O = G.own("openssl")
local C = O.C
local objects = require("resty.openssl.objects")

local M = {}
local name = { __index = {} }
local methods = name.__index
local UTF8 = 0x1001

function M.new()
  return setmetatable({ ctx = O.own(C.X509_NAME_new(), C.X509_NAME_free) }, name)
end

function M.dup(pointer)
  return setmetatable({ ctx = O.own(C.X509_NAME_dup(pointer), C.X509_NAME_free) }, name)
end

function M.istype(value)
  return getmetatable(value) == name
end

function methods:add(kind, text)
  if C.X509_NAME_add_entry_by_txt(self.ctx, kind, UTF8, text, #text, -1, 0) ~= 1 then
    return nil, O.err("x509.name:add")
  end
  return self
end

local function entry(self, at)
  local found = C.X509_NAME_get_entry(self.ctx, at)
  local object = objects.obj2table(C.X509_NAME_ENTRY_get_object(found))
  object.blob = O.asn1_text(C.X509_NAME_ENTRY_get_data(found))
  return object
end

function methods:find(kind, last)
  local nid, err = objects.txtnid2nid(kind)
  if not nid then
    return nil, nil, err
  end
  for at = last or 0, self:count() - 1 do
    local object = entry(self, at)
    if object.nid == nid then
      return object, at + 1
    end
  end
  return nil
end

function name.__len(self)
  return C.X509_NAME_entry_count(self.ctx)
end

function methods:count()
  return C.X509_NAME_entry_count(self.ctx)
end

-- Name by name: the short name, and a table of id, nid, sn, ln and blob.
function methods:each()
  local at = -1
  return function()
    at = at + 1
    if at < C.X509_NAME_entry_count(self.ctx) then
      local object = entry(self, at)
      return object.sn, object
    end
    return nil
  end
end

function name.__pairs(self)
  return methods.each(self)
end

function methods:all()
  local all = {}
  for key, object in methods.each(self) do
    all[key] = object
  end
  return all
end

function methods:tostring()
  local parts = {}
  for key, object in methods.each(self) do
    parts[#parts + 1] = key .. "=" .. object.blob
  end
  table.sort(parts)
  return table.concat(parts, "/")
end
name.__tostring = methods.tostring

return M
