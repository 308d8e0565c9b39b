-- resty.openssl.digest
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local digest = { __index = {} }
local methods = digest.__index

function M.new(name)
  local md = O.digest_named(name)
  if not md then
    return nil, "digest.new: invalid digest type \"" .. tostring(name) .. "\""
  end
  local ctx = O.own(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free)
  if not ctx or C.EVP_DigestInit_ex(ctx, md, nil) ~= 1 then
    return nil, O.err("digest.new")
  end
  return setmetatable({ ctx = ctx, algo = md, digest_size = C.EVP_MD_get_size(md), buf_size = C.EVP_MD_get_size(md) }, digest)
end

function M.istype(value)
  return getmetatable(value) == digest
end

methods.update = O.feeder(C.EVP_DigestUpdate, "digest:update")

-- The digest of what has come so far; more may follow if it is not final.
function methods:final(text)
  if text then
    local ok, err = self:update(text)
    if not ok then
      return nil, err
    end
  end
  local result, size = O.bytes(64), O.ffi.new("unsigned int[1]")
  if C.EVP_DigestFinal_ex(self.ctx, result, size) ~= 1 then
    return nil, O.err("digest:final")
  end
  return O.text(result, size[0])
end

function methods:reset()
  if C.EVP_DigestInit_ex(self.ctx, self.algo, nil) ~= 1 then
    return nil, O.err("digest:reset")
  end
  return true
end

function methods:get_provider_name()
  return "default"
end

return M
