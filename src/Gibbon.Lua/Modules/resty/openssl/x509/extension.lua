-- resty.openssl.x509.extension
local G = ...
local O = G.own("openssl")
local C = O.C
local objects = require("resty.openssl.objects")

local M = {}
local extension = { __index = {} }
local methods = extension.__index

-- Those that libcrypto can make of a text without knowing the certificate: with others it would follow pointers that are not there.
local makeable = { subjectAltName = true, basicConstraints = true, keyUsage = true, extendedKeyUsage = true }

function M.new(kind, value)
  local nid, err = objects.txtnid2nid(kind)
  if not nid then
    return nil, "x509.extension.new: " .. err
  end
  if not makeable[objects.nid2table(nid).sn] or type(value) ~= "string" or value:find("[dD]irName") or value:find("otherName") then
    return nil, "x509.extension.new: not supported: " .. tostring(kind) .. " of " .. tostring(value)
  end
  local ctx = O.own(C.X509V3_EXT_conf_nid(nil, nil, nid, value), C.X509_EXTENSION_free)
  if not ctx then
    return nil, O.err("x509.extension.new")
  end
  return setmetatable({ ctx = ctx }, extension)
end

function M.dup(pointer)
  return setmetatable({ ctx = O.own(C.X509_EXTENSION_dup(pointer), C.X509_EXTENSION_free) }, extension)
end

function M.istype(value)
  return getmetatable(value) == extension
end

function methods:get_object()
  return objects.obj2table(C.X509_EXTENSION_get_object(self.ctx))
end

function methods:get_critical()
  return C.X509_EXTENSION_get_critical(self.ctx) == 1
end

function methods:set_critical(is_critical)
  C.X509_EXTENSION_set_critical(self.ctx, is_critical and 1 or 0)
  return true
end

-- What the extension says, as libcrypto prints it; for one that it does not know, the bytes in hexadecimal.
function methods:text()
  local bio = O.writer()
  if C.X509V3_EXT_print(bio, self.ctx, 0, 0) == 1 then
    return O.written(bio)
  end
  C.ERR_clear_error()
  local data = C.X509_EXTENSION_get_data(self.ctx)
  return G.native.hex(O.text(C.ASN1_STRING_get0_data(data), C.ASN1_STRING_length(data)))
end
methods.tostring = methods.text
extension.__tostring = methods.text

return M
