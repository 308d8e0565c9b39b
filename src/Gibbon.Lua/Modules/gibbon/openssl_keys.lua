-- Keys as texts and back: PEM, DER, JWK; new keys; signatures of curves as r and s.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local PUBLIC, PAIR = 0x86, 0x87

local function own_key(pointer)
  return O.own(pointer, C.EVP_PKEY_free)
end

-- A number of a key, as a BIGNUM; nil if the key has none.
function M.number(key, name)
  local slot = O.slot()
  if C.EVP_PKEY_get_bn_param(key, name, slot) ~= 1 then
    C.ERR_clear_error()
    return nil
  end
  return O.own(slot[0], C.BN_free)
end

function M.octets(key, name)
  local size = O.length()
  if C.EVP_PKEY_get_octet_string_param(key, name, nil, 0, size) ~= 1 then
    C.ERR_clear_error()
    return nil
  end
  local most = tonumber(size[0])
  local out = O.bytes(most + 1)
  if C.EVP_PKEY_get_octet_string_param(key, name, out, most, size) ~= 1 then
    C.ERR_clear_error()
    return nil
  end
  return O.text(out, size[0])
end

function M.text(key, name)
  local out, size = O.ffi.new("char[128]"), O.length()
  if C.EVP_PKEY_get_utf8_string_param(key, name, out, 128, size) ~= 1 then
    C.ERR_clear_error()
    return nil
  end
  return O.text(out, size[0])
end

local families = { [6] = "RSA", [912] = "RSA", [408] = "EC" }

function M.is_private(key)
  local family = families[C.EVP_PKEY_get_base_id(key)]
  if family == "RSA" then
    return M.number(key, "d") ~= nil
  end
  if family == "EC" then
    return M.number(key, "priv") ~= nil
  end
  return M.octets(key, "priv") ~= nil
end

local function from_params(kind, list, is_private)
  local ctx, slot = O.own(C.EVP_PKEY_CTX_new_from_name(nil, kind, nil), C.EVP_PKEY_CTX_free), O.slot()
  local params, kept = O.params(list)
  local ok = ctx and C.EVP_PKEY_fromdata_init(ctx) == 1 and C.EVP_PKEY_fromdata(ctx, slot, is_private and PAIR or PUBLIC, params) == 1
  if not ok or not kept then
    return nil, O.err("jwk")
  end
  return own_key(slot[0])
end

local function decoded(jwk, name)
  local value = jwk[name]
  if value == nil then
    return nil
  end
  return type(value) == "string" and G.native.base64_decode(value, true) or error("invalid \"" .. name .. "\"", 0)
end

local curves = { ["P-256"] = { "prime256v1", 32 }, ["P-384"] = { "secp384r1", 48 }, ["P-521"] = { "secp521r1", 66 }, secp256k1 = { "secp256k1", 32 } }
local rsa_names = {
  { "n", "n" }, { "e", "e" }, { "d", "d" }, { "p", "rsa-factor1" }, { "q", "rsa-factor2" }, { "dp", "rsa-exponent1" }, { "dq", "rsa-exponent2" },
  { "qi", "rsa-coefficient1" },
}

local readers = {}

function readers.RSA(jwk)
  local list = {}
  for _, names in ipairs(rsa_names) do
    local value = decoded(jwk, names[1])
    if value then
      list[#list + 1] = { names[2], "number", value }
    end
  end
  if not (jwk.n and jwk.e) then
    return nil, "at least \"n\" and \"e\" parameter is required"
  end
  return from_params("RSA", list, jwk.d ~= nil)
end

local function padded(bytes, size)
  return ("\0"):rep(size - #bytes) .. bytes
end

function readers.EC(jwk)
  local curve = curves[jwk.crv]
  if not curve then
    return nil, "curve \"" .. tostring(jwk.crv) .. "\" is not supported by this library"
  end
  local x, y, d = decoded(jwk, "x"), decoded(jwk, "y"), decoded(jwk, "d")
  if not x or not y or #x > curve[2] or #y > curve[2] then
    return nil, "at least \"x\" and \"y\" parameter is required"
  end
  local list = { { "group", "text", curve[1] }, { "pub", "bytes", "\4" .. padded(x, curve[2]) .. padded(y, curve[2]) } }
  if d then
    list[#list + 1] = { "priv", "number", d }
  end
  return from_params("EC", list, d ~= nil)
end

local okp = { Ed25519 = "ED25519", Ed448 = "ED448", X25519 = "X25519", X448 = "X448" }

function readers.OKP(jwk)
  local kind = okp[jwk.crv]
  if not kind then
    return nil, "unknown key type \"" .. tostring(jwk.crv) .. "\""
  end
  local x, d = decoded(jwk, "x"), decoded(jwk, "d")
  local list = {}
  if x then
    list[#list + 1] = { "pub", "bytes", x }
  end
  if d then
    list[#list + 1] = { "priv", "bytes", d }
  end
  if #list == 0 then
    return nil, "at least \"x\" or \"d\" parameter is required"
  end
  return from_params(kind, list, d ~= nil)
end

local function read_jwk(text)
  local jwk = require("cjson.safe").decode(text)
  if type(jwk) ~= "table" then
    return nil, "error decoding JSON from JWK"
  end
  local reader = readers[jwk.kty]
  if not reader then
    return nil, "not yet supported jwk type \"" .. tostring(jwk.kty) .. "\""
  end
  local ok, key, err = pcall(reader, jwk)
  if not ok then
    return nil, key
  end
  return key, err
end

-- Without a passphrase libcrypto would ask for one at the terminal, so that it always gets one.
local function read_with(f, text, passphrase)
  return own_key(f(O.reader(text), nil, nil, passphrase or ""))
end

-- opts: format ("PEM", "DER", "JWK" or "*"), type ("pu", "pr" or "*"), passphrase
function M.read(text, opts)
  local format, kind = (opts.format or "*"):upper(), opts.type or "*"
  local key
  if format == "JWK" or format == "*" and text:find("^%s*{") then
    return read_jwk(text)
  end
  if format == "PEM" or format == "*" then
    key = kind ~= "pu" and read_with(C.PEM_read_bio_PrivateKey, text, opts.passphrase) or nil
    key = key or kind ~= "pr" and read_with(C.PEM_read_bio_PUBKEY, text, opts.passphrase) or nil
  end
  if not key and (format == "DER" or format == "*") then
    key = kind ~= "pu" and own_key(C.d2i_PrivateKey_bio(O.reader(text), nil)) or nil
    key = key or kind ~= "pr" and own_key(C.d2i_PUBKEY_bio(O.reader(text), nil)) or nil
  end
  local err = O.err("load key")
  if not key then
    return nil, err
  end
  return key
end

local generators = {
  RSA = function(ctx, options)
    if C.EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, options.bits or 2048) <= 0 then
      return false
    end
    local exponent = options.exp and O.bn_of(string.char(math.floor(options.exp / 65536) % 256, math.floor(options.exp / 256) % 256, options.exp % 256))
    return not exponent or C.EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent) > 0
  end,
  EC = function(ctx, options)
    return C.EVP_PKEY_CTX_set_group_name(ctx, options.curve or "prime256v1") > 0
  end,
}

-- options: type (RSA, EC, Ed25519 …), bits, exp, curve
function M.generate(options)
  local kind = options.type or "RSA"
  local ctx, slot = O.own(C.EVP_PKEY_CTX_new_from_name(nil, kind, nil), C.EVP_PKEY_CTX_free), O.slot()
  if not ctx then
    C.ERR_clear_error()
    return nil, "unsupported type " .. tostring(kind)
  end
  local configure = generators[kind]
  if C.EVP_PKEY_keygen_init(ctx) <= 0 or configure and not configure(ctx, options) or C.EVP_PKEY_generate(ctx, slot) <= 0 then
    return nil, O.err("generate")
  end
  return own_key(slot[0])
end

local function encoded(bytes)
  return G.native.base64_encode(bytes, true)
end

local writers = {
  RSA = function(key, is_private)
    local jwk = { kty = "RSA" }
    for _, names in ipairs(rsa_names) do
      local number = (is_private or names[1] == "n" or names[1] == "e") and M.number(key, names[2])
      jwk[names[1]] = number and encoded(O.bn_bytes(number)) or nil
    end
    return jwk
  end,
  EC = function(key, is_private)
    local group = M.text(key, "group")
    for name, curve in pairs(curves) do
      if curve[1] == group then
        local d = is_private and M.number(key, "priv")
        return {
          kty = "EC",
          crv = name,
          x = encoded(O.bn_bytes(M.number(key, "qx"), curve[2])),
          y = encoded(O.bn_bytes(M.number(key, "qy"), curve[2])),
          d = d and encoded(O.bn_bytes(d, curve[2])) or nil,
        }
      end
    end
    return nil, "curve \"" .. tostring(group) .. "\" has no name in JWK"
  end,
}

local okp_names = { [1034] = "X25519", [1035] = "X448", [1087] = "Ed25519", [1088] = "Ed448" }

local function write_jwk(key, is_private)
  local id = C.EVP_PKEY_get_base_id(key)
  local jwk, err
  if writers[families[id]] then
    jwk, err = writers[families[id]](key, is_private)
  elseif okp_names[id] then
    jwk = { kty = "OKP", crv = okp_names[id], x = encoded(M.octets(key, "pub")), d = is_private and encoded(M.octets(key, "priv")) or nil }
  else
    err = "jwk type not supported"
  end
  if not jwk then
    return nil, err
  end
  return require("cjson").encode(jwk)
end

function M.write(key, is_private, format, older)
  if is_private and not M.is_private(key) then
    return nil, "not a private key"
  end
  if format == "JWK" then
    return write_jwk(key, is_private)
  end
  local bio, ok = O.writer(), 0
  if format == "PEM" and is_private then
    ok = (older and C.PEM_write_bio_PrivateKey_traditional or C.PEM_write_bio_PrivateKey)(bio, key, nil, nil, 0, nil, nil)
  elseif format == "PEM" then
    ok = C.PEM_write_bio_PUBKEY(bio, key)
  elseif format == "DER" then
    ok = (is_private and C.i2d_PrivateKey_bio or C.i2d_PUBKEY_bio)(bio, key)
  else
    return nil, "unsupported format " .. format
  end
  if ok ~= 1 then
    return nil, O.err("write")
  end
  return O.written(bio)
end

-- A signature of a curve in DER as r and s of so many bytes each.
function M.to_raw(signature, half)
  local input = O.ffi.new("const unsigned char *[1]")
  local kept = O.bytes(#signature + 1)
  O.ffi.copy(kept, signature, #signature)
  input[0] = kept
  local parsed = O.own(C.d2i_ECDSA_SIG(nil, input, #signature), C.ECDSA_SIG_free)
  if not parsed then
    return nil, O.err("ecdsa")
  end
  local r, s = O.ffi.new("const void *[1]"), O.ffi.new("const void *[1]")
  C.ECDSA_SIG_get0(parsed, r, s)
  local first, second = O.bn_bytes(r[0], half), O.bn_bytes(s[0], half)
  if not first or not second or not kept then
    return nil, "the signature does not belong to the key"
  end
  return first .. second
end

function M.from_raw(raw, half)
  if #raw ~= 2 * half then
    return nil, "expected a signature of " .. 2 * half .. " bytes"
  end
  local made = O.own(C.ECDSA_SIG_new(), C.ECDSA_SIG_free)
  C.ECDSA_SIG_set0(made, C.BN_bin2bn(raw:sub(1, half), half, nil), C.BN_bin2bn(raw:sub(half + 1), half, nil))
  local out = O.ffi.new("unsigned char *[1]")
  local size = C.i2d_ECDSA_SIG(made, out)
  if size <= 0 then
    return nil, O.err("ecdsa")
  end
  local der = O.text(out[0], size)
  C.CRYPTO_free(out[0], "", 0)
  return der
end

return M
