-- resty.aes
local G = ...
local O = G.own("openssl")
local ciphers, digests = require("resty.openssl.cipher"), require("resty.openssl.digest")
local M = { _VERSION = "0.16" }
local aes = { __index = {} }

local function hash(name)
  return { name = name }
end
M.hash = { md5 = hash("md5"), sha1 = hash("sha1"), sha224 = hash("sha224"), sha256 = hash("sha256"), sha384 = hash("sha384"), sha512 = hash("sha512") }

function M.cipher(size, mode)
  size, mode = size or 128, mode or "cbc"
  local name = "aes-" .. size .. "-" .. mode
  if not ciphers.new(name) then
    return nil
  end
  return { size = size, cipher = mode, name = name, mode = mode }
end

-- new(key, salt, cipher, hash, rounds, iv length, padding): the key itself with hash = { iv = … }, or a passphrase.
function M:new(key, salt, kind, hashing, rounds, iv_length, enable_padding)
  kind, hashing = kind or M.cipher(), hashing or M.hash.md5
  local cipher = ciphers.new(kind.name)
  local size = kind.size / 8
  local made_key, iv
  if hashing.iv then
    made_key, iv = key, hashing.iv
    if hashing.method then
      made_key = type(hashing.method) == "function" and hashing.method(key) or digests.new(hashing.method.name):final(key)
      made_key = made_key:sub(1, size)
    end
    if #made_key ~= size then
      return nil, "bad key length"
    end
    if cipher.is_aead then
      if #iv < (iv_length or 12) then
        return nil, "bad iv"
      end
      iv = iv:sub(1, iv_length or 12)
    elseif #iv ~= 16 and cipher.iv_size > 0 then
      return nil, "bad iv"
    end
  else
    if salt and #salt ~= 8 then
      return nil, "salt must be 8 characters or nil"
    end
    made_key, iv = cipher:derive(key, salt, rounds or 1, hashing.name)
    if not made_key then
      return nil, iv
    end
  end
  if cipher.iv_size == 0 then
    iv = ""
  end
  return setmetatable({ cipher = cipher, key = made_key, iv = iv, no_padding = enable_padding == false }, aes)
end

-- What has a tag comes with it: { text, tag }.
function aes.__index:encrypt(text, aad)
  local result, err = self.cipher:encrypt(self.key, self.iv, text, self.no_padding, aad)
  if not result then
    return nil, err
  end
  if self.cipher.is_aead then
    return { result, self.cipher:get_aead_tag(16) }
  end
  return result
end

function aes.__index:decrypt(text, tag, aad)
  if self.cipher.is_aead and type(tag) ~= "string" then
    return nil, "tag is required"
  end
  local result, err = self.cipher:decrypt(self.key, self.iv, text, self.no_padding, aad, self.cipher.is_aead and tag or nil)
  O.C.ERR_clear_error()
  if not result then
    return nil, err
  end
  return result
end

return M
