-- resty.hmac
local macs = require("resty.openssl.mac")
local M = { ALGOS = { MD5 = "md5", SHA1 = "sha1", SHA224 = "sha224", SHA256 = "sha256", SHA384 = "sha384", SHA512 = "sha512", RIPEMD160 = "ripemd160" } }
local hmac = { __index = {} }
local methods = hmac.__index

local function to_hex(bytes)
  return require("resty.string").to_hex(bytes)
end

function M:new(key, algorithm)
  local mac = macs.new(key, "HMAC", nil, type(algorithm) == "string" and algorithm or "md5")
  if not mac then
    return nil
  end
  return setmetatable({ mac = mac }, hmac)
end

function methods:update(text)
  return self.mac:update(text) == true
end

function methods:final(text, as_hex)
  local bytes = self.mac:final(text)
  if bytes and as_hex then
    return to_hex(bytes)
  end
  return bytes
end

function methods:reset()
  return self.mac:reset() == true
end

return M
