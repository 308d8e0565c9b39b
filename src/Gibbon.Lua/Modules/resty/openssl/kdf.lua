-- resty.openssl.kdf
local G = ...
local O = G.own("openssl")
local C = O.C

-- Names of the older interface, and of the one of OpenSSL 3.
local M = { PBKDF2 = "PBKDF2", SCRYPT = "SCRYPT", HKDF = "HKDF", TLS1_PRF = "TLS1-PRF", HKDEF_MODE_EXTRACT_AND_EXPAND = 0, HKDEF_MODE_EXTRACT_ONLY = 1,
  HKDEF_MODE_EXPAND_ONLY = 2, HKDF_MODE_EXTRACT_AND_EXPAND = 0, HKDF_MODE_EXTRACT_ONLY = 1, HKDF_MODE_EXPAND_ONLY = 2 }

local kdf = { __index = {} }

local kinds = {
  digest = "text", mac = "text", cipher = "text", pass = "bytes", salt = "bytes", key = "bytes", info = "bytes", secret = "bytes", seed = "bytes",
  prefix = "bytes", label = "bytes", data = "bytes", iter = "uint", n = "uint", r = "uint", p = "uint", maxmem_bytes = "uint", mode = "int", pkcs5 = "int",
}

function M.new(name)
  local algorithm = O.own(C.EVP_KDF_fetch(nil, name, nil), C.EVP_KDF_free)
  if not algorithm then
    C.ERR_clear_error()
    return nil, ("kdf.new: invalid kdf type \"%s\""):format(tostring(name))
  end
  local ctx = O.own(C.EVP_KDF_CTX_new(algorithm), C.EVP_KDF_CTX_free)
  return setmetatable({ ctx = ctx, algo = algorithm }, kdf)
end

function M.istype(value)
  return getmetatable(value) == kdf
end

function kdf.__index:reset()
  C.EVP_KDF_CTX_reset(self.ctx)
  return true
end

function kdf.__index:derive(size, options)
  local list = {}
  for name, value in pairs(options or {}) do
    local kind = kinds[name]
    if not kind then
      return nil, ("kdf:derive: unknown option \"%s\""):format(tostring(name))
    end
    if kind == "int" or kind == "uint" then
      value = tonumber(value)
    end
    list[#list + 1] = { name, kind, value }
  end
  local params, kept = O.params(list)
  local out = O.bytes(size + 1)
  if C.EVP_KDF_derive(self.ctx, out, size, params) ~= 1 then
    return nil, O.err("kdf:derive")
  end
  return O.text(out, size), kept and nil
end

local function to_options(options)
  local kind = options.type
  if kind == M.PBKDF2 then
    return { pass = options.pass or "", salt = options.salt or "", iter = options.pbkdf2_iter or 1, digest = options.md or "sha1" }
  end
  if kind == M.SCRYPT then
    return { pass = options.pass or "", salt = options.salt or "", n = options.scrypt_N, r = options.scrypt_r, p = options.scrypt_p,
      maxmem_bytes = options.scrypt_maxmem }
  end
  if kind == M.HKDF then
    return { key = options.hkdf_key or "", salt = options.salt, info = options.hkdf_info or "", mode = options.hkdf_mode, digest = options.md or "sha1" }
  end
  if kind == M.TLS1_PRF then
    return { secret = options.tls1_prf_secret, seed = options.tls1_prf_seed, digest = options.md or "sha1" }
  end
  return nil
end

function M.derive(options)
  local list = to_options(options)
  if not list then
    return nil, "kdf.derive: unknown type " .. tostring(options.type)
  end
  if type(options.outlen) ~= "number" then
    return nil, "kdf.derive: expect a number in outlen"
  end
  local made, err = M.new(options.type)
  if not made then
    return nil, err
  end
  return made:derive(options.outlen, list)
end

return M
