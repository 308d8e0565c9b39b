-- kong.plugins.jwt.jwt_parser: JSON Web Tokens as Kong's own plugin and others read and make them.
local json = require("cjson")
local base64 = require("ngx.base64")
local digests, macs, keys = require("resty.openssl.digest"), require("resty.openssl.mac"), require("resty.openssl.pkey")
local type, error, tostring, ipairs, assert, pcall = type, error, tostring, ipairs, assert, pcall

local PSS = keys.PADDINGS.RSA_PKCS1_PSS_PADDING
local RAW = { ecdsa_use_raw = true }

local function hmac(digest)
  local function sign(data, key)
    return macs.new(key, "HMAC", nil, digest):final(data)
  end
  return { sign = sign, verify = function(data, signature, key)
    -- Digests of both are compared, so that how long it takes tells nothing of the signature.
    local expected = sign(data, key)
    return digests.new("sha256"):final(expected) == digests.new("sha256"):final(signature)
  end }
end

local function public_key(text)
  return assert((keys.new(text)), "Consumer Public Key is Invalid")
end

-- An algorithm of key pairs; size is how many bytes a signature must have, if that is fixed.
local function pair(digest, padding, options, size, unit)
  return {
    sign = function(data, key)
      return assert(assert(keys.new(key)):sign(data, digest, padding, options))
    end,
    verify = function(data, signature, text)
      local key = public_key(text)
      assert(not size or #signature == size, size and "Signature must be " .. size .. " bytes" .. unit)
      return key:verify(signature, data, digest, padding, options)
    end,
  }
end

local algorithms = {
  HS256 = hmac("sha256"), HS384 = hmac("sha384"), HS512 = hmac("sha512"),
  RS256 = pair("sha256"), RS384 = pair("sha384"), RS512 = pair("sha512"),
  ES256 = pair("sha256", nil, RAW, 64, "."), ES384 = pair("sha384", nil, RAW, 96, "."), ES512 = pair("sha512", nil, RAW, 132, "."),
  PS256 = pair("sha256", PSS, nil, 256, ""), PS384 = pair("sha384", PSS, nil, 256, ""), PS512 = pair("sha512", PSS, nil, 256, ""),
  EdDSA = pair(),
}

local parser = {}
parser.__index = parser

local function parse(token)
  local header_64, claims_64, signature_64 = token:match("^([^%.]*)%.([^%.]*)%.(.*)$")
  local ok, header, claims, signature = pcall(function()
    return json.decode(base64.decode_base64url(header_64)), json.decode(base64.decode_base64url(claims_64)), base64.decode_base64url(signature_64)
  end)
  if not ok then
    return nil, "invalid JSON"
  end
  if type(header) ~= "table" or type(header.alg) ~= "string" or not algorithms[header.alg] then
    return nil, "invalid alg"
  end
  if not claims then
    return nil, "invalid claims"
  end
  if not signature then
    return nil, "invalid signature"
  end
  return {
    token = token,
    header_64 = header_64, claims_64 = claims_64, signature_64 = signature_64,
    header = header, claims = claims, signature = signature,
  }
end

function parser:new(token)
  if type(token) ~= "string" then
    error("Token must be a string, got " .. tostring(token), 2)
  end
  local parsed, err = parse(token)
  if not parsed then
    return nil, err
  end
  return setmetatable(parsed, parser)
end

function parser:verify_signature(key)
  return algorithms[self.header.alg].verify(self.header_64 .. "." .. self.claims_64, self.signature, key)
end

function parser:base64_decode(text)
  return (base64.decode_base64url((text:gsub("=+$", ""))))
end

local registered = {
  nbf = function(time)
    return time > ngx.time() and "token not valid yet" or nil
  end,
  exp = function(time)
    return time <= ngx.time() and "token expired" or nil
  end,
}

function parser:verify_registered_claims(wanted)
  local errors
  for _, name in ipairs(wanted or {}) do
    local claim = self.claims[name]
    local problem
    if type(claim) ~= "number" then
      problem = "must be a number"
    else
      problem = registered[name](claim)
    end
    if problem then
      errors = errors or {}
      errors[name] = problem
    end
  end
  return errors == nil, errors
end

function parser:check_maximum_expiration(most)
  if most <= 0 then
    return true
  end
  local exp = self.claims.exp
  if exp == nil or exp - ngx.time() > most then
    return false, { exp = "exceeds maximum allowed expiration" }
  end
  return true
end

function parser.encode(data, key, alg, header)
  if type(data) ~= "table" then
    error("Argument #1 must be table", 2)
  end
  if type(key) ~= "string" then
    error("Argument #2 must be string", 2)
  end
  if header and type(header) ~= "table" then
    error("Argument #4 must be a table", 2)
  end
  alg = alg or "HS256"
  if not algorithms[alg] then
    error("Algorithm not supported", 2)
  end
  local text = base64.encode_base64url(json.encode(header or { typ = "JWT", alg = alg })) .. "." .. base64.encode_base64url(json.encode(data))
  return text .. "." .. base64.encode_base64url(algorithms[alg].sign(text, key))
end

return parser
