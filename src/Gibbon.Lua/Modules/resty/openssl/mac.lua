-- resty.openssl.mac
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local mac = { __index = {} }
local methods = mac.__index

function M.new(key, kind, cipher, digest, properties)
  if type(key) ~= "string" then
    return nil, "mac.new: expect a string at #1"
  end
  local algorithm = O.own(C.EVP_MAC_fetch(nil, kind, properties), C.EVP_MAC_free)
  if not algorithm then
    return nil, O.err(("mac.new: invalid mac type \"%s\""):format(tostring(kind)))
  end
  local ctx = O.own(C.EVP_MAC_CTX_new(algorithm), C.EVP_MAC_CTX_free)
  local list = {}
  if digest then
    list[#list + 1] = { "digest", "text", digest }
  end
  if cipher then
    list[#list + 1] = { "cipher", "text", cipher }
  end
  local params, kept = O.params(list)
  if C.EVP_MAC_init(ctx, key, #key, params) ~= 1 then
    return nil, O.err("mac.new")
  end
  return setmetatable({ ctx = ctx, algo = algorithm, key = key, params = params, kept = kept }, mac)
end

function M.istype(value)
  return getmetatable(value) == mac
end

methods.update = O.feeder(C.EVP_MAC_update, "mac:update")

function methods:final(text)
  if text then
    local ok, err = self:update(text)
    if not ok then
      return nil, err
    end
  end
  local most = tonumber(C.EVP_MAC_CTX_get_mac_size(self.ctx))
  local result, size = O.bytes(most), O.length()
  if C.EVP_MAC_final(self.ctx, result, size, most) ~= 1 then
    return nil, O.err("mac:final")
  end
  return O.text(result, size[0])
end

function methods:reset()
  if C.EVP_MAC_init(self.ctx, self.key, #self.key, self.params) ~= 1 then
    return nil, O.err("mac:reset")
  end
  return true
end

return M
