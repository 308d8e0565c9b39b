-- resty.openssl.pkey: keys that sign, verify, encrypt and agree. `ctx` is the EVP_PKEY.
local G = ...
local O = G.own("openssl")
local C = O.C
local load = G.own("openssl_keys")
local bn = require("resty.openssl.bn")
local digests = require("resty.openssl.digest")

local M = {
  PADDINGS = {
    RSA_PKCS1_PADDING = 1, RSA_SSLV23_PADDING = 2, RSA_NO_PADDING = 3, RSA_PKCS1_OAEP_PADDING = 4, RSA_X931_PADDING = 5, RSA_PKCS1_PSS_PADDING = 6,
  },
  USAGE = { PUBLIC = 0x86, PRIVATE = 0x87 },
}
local PSS, OAEP = 6, 4
local RSA, EC = 6, 408
local types = { RSA = 6, DH = 28, EC = 408, X25519 = 1034, X448 = 1035, Ed25519 = 1087, Ed448 = 1088 }
local type_names = {}
for name, id in pairs(types) do
  type_names[id] = name
end

local pkey = { __index = {} }
local methods = pkey.__index

local function wrap(pointer)
  local id = C.EVP_PKEY_get_base_id(pointer)
  return setmetatable({ ctx = pointer, key_type = id, key_size = C.EVP_PKEY_get_size(pointer), buf_size = C.EVP_PKEY_get_size(pointer) }, pkey)
end

-- A key from a text (PEM, DER, JWK), or a new one from a table (type, bits, exp, curve).
function M.new(some, opts)
  local pointer, err
  if some == nil or type(some) == "table" then
    pointer, err = load.generate(some or {})
  elseif type(some) == "string" then
    pointer, err = load.read(some, opts or {})
  elseif type(some) == "cdata" then
    C.EVP_PKEY_up_ref(some)
    pointer = O.own(O.ffi.cast("void *", some), C.EVP_PKEY_free)
  else
    return nil, "pkey.new: unexpected type " .. type(some) .. " at #1"
  end
  if not pointer then
    return nil, "pkey.new: " .. err
  end
  return wrap(pointer)
end

-- For those who have an EVP_PKEY already; it becomes ours.
function M.own(pointer)
  return wrap(O.own(pointer, C.EVP_PKEY_free))
end

function M.istype(value)
  return getmetatable(value) == pkey
end

function methods:get_key_type(only_id)
  if only_id then
    return self.key_type
  end
  return { nid = self.key_type, id = self.key_type, sn = type_names[self.key_type], ln = type_names[self.key_type] }
end

function methods:get_size()
  return self.key_size
end

function methods:get_default_digest_type()
  local nid = O.count()
  if C.EVP_PKEY_get_default_digest_nid(self.ctx, nid) <= 0 then
    C.ERR_clear_error()
    return nil, "pkey:get_default_digest_type: no default digest"
  end
  return { nid = nid[0], id = nid[0], sn = O.text(C.OBJ_nid2sn(nid[0])), ln = O.text(C.OBJ_nid2ln(nid[0])) }
end

function methods:is_private()
  return load.is_private(self.ctx)
end

function methods:get_provider_name()
  return "default"
end

-- The parts of the key: numbers of RSA and EC keys are resty.openssl.bn, those of the others texts.
function methods:get_parameters()
  local id, parts = self.key_type, {}
  if id == RSA then
    for name, param in pairs({ n = "n", e = "e", d = "d", p = "rsa-factor1", q = "rsa-factor2", dmp1 = "rsa-exponent1", dmq1 = "rsa-exponent2",
      iqmp = "rsa-coefficient1" }) do
      local number = load.number(self.ctx, param)
      parts[name] = number and bn.dup(number)
    end
  elseif id == EC then
    local x, y, private = load.number(self.ctx, "qx"), load.number(self.ctx, "qy"), load.number(self.ctx, "priv")
    parts.x, parts.y = x and bn.dup(x), y and bn.dup(y)
    parts.private = private and bn.dup(private)
    parts.public = bn.from_binary(load.octets(self.ctx, "pub") or "")
    parts.group = C.OBJ_txt2nid(load.text(self.ctx, "group") or "")
  else
    parts.public, parts.private = load.octets(self.ctx, "pub"), load.octets(self.ctx, "priv")
  end
  return parts
end

-- The key as a text. What: "public" or "private"; as: "PEM", "DER" or "JWK"; older marks a private key in PKCS#1.
function methods:tostring(what, as, older)
  local text, err = load.write(self.ctx, what == "private" or what == "PrivateKey", (as or "PEM"):upper(), older)
  if not text then
    return nil, "pkey:tostring: " .. err
  end
  return text
end

function methods:to_PEM(what, older)
  return self:tostring(what, "PEM", older)
end

pkey.__tostring = function(self)
  return self:tostring("public") or "pkey"
end

-- Tells a context what of padding, salt and digests is wanted.
local function configure(self, ctx, padding, opts, md)
  opts = opts or {}
  if self.key_type ~= RSA then
    return true
  end
  if padding and C.EVP_PKEY_CTX_set_rsa_padding(ctx, padding) <= 0 then
    return nil
  end
  if padding == PSS then
    if opts.pss_saltlen and C.EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, opts.pss_saltlen) <= 0 then
      return nil
    end
    local mgf1 = opts.mgf1_md and O.digest_named(opts.mgf1_md)
    if mgf1 and C.EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf1) <= 0 then
      return nil
    end
  elseif padding == OAEP then
    local oaep, mgf1 = opts.oaep_md and O.digest_named(opts.oaep_md), opts.mgf1_md and O.digest_named(opts.mgf1_md)
    if oaep and C.EVP_PKEY_CTX_set_rsa_oaep_md(ctx, oaep) <= 0 or mgf1 and C.EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, mgf1) <= 0 then
      return nil
    end
  end
  return md == nil or C.EVP_PKEY_CTX_set_signature_md(ctx, md) > 0
end

local function context(self)
  return O.own(C.EVP_PKEY_CTX_new(self.ctx, nil), C.EVP_PKEY_CTX_free)
end

-- Half as long as r and s of a signature together: the length of the curve's order.
local function half(self)
  return math.floor((C.EVP_PKEY_get_bits(self.ctx) + 7) / 8)
end

local function md_for(self, name)
  if name then
    local md = O.digest_named(name)
    if not md then
      return nil, "invalid digest type \"" .. tostring(name) .. "\""
    end
    return md
  end
  if self.key_type == RSA or self.key_type == EC then
    return O.digest_named("sha256")
  end
  return nil
end

local function sign_text(self, text, md_name, padding, opts)
  local md, err = md_for(self, md_name)
  if err then
    return nil, "pkey:sign: " .. err
  end
  local ctx, slot, size = O.own(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free), O.slot(), O.length()
  if C.EVP_DigestSignInit(ctx, slot, md, nil, self.ctx) ~= 1 or not configure(self, slot[0], padding, opts)
    or C.EVP_DigestSign(ctx, nil, size, text, #text) ~= 1 then
    return nil, O.err("pkey:sign")
  end
  local out = O.bytes(tonumber(size[0]))
  if C.EVP_DigestSign(ctx, out, size, text, #text) ~= 1 then
    return nil, O.err("pkey:sign")
  end
  return O.text(out, size[0])
end

-- One of the functions that want to know the size first.
local function twice(f, ctx, text)
  local size = O.length()
  if f(ctx, nil, size, text, #text) <= 0 then
    return nil
  end
  local out = O.bytes(tonumber(size[0]) + 1)
  if f(ctx, out, size, text, #text) <= 0 then
    return nil
  end
  return O.text(out, size[0])
end

local function sign_digest(self, made, padding, opts)
  local hash, err = made:final()
  if not hash then
    return nil, err
  end
  local ctx = context(self)
  if C.EVP_PKEY_sign_init(ctx) <= 0 or not configure(self, ctx, padding, opts, self.key_type == RSA and made.algo or nil) then
    return nil, O.err("pkey:sign")
  end
  local signature = twice(C.EVP_PKEY_sign, ctx, hash)
  if not signature then
    return nil, O.err("pkey:sign")
  end
  return signature
end

-- Signs a text, or what a resty.openssl.digest has made of one. opts: pss_saltlen, mgf1_md, ecdsa_use_raw.
function methods:sign(what, md_name, padding, opts)
  if not self:is_private() then
    return nil, "pkey:sign: not a private key"
  end
  local signature, err
  if digests.istype(what) then
    signature, err = sign_digest(self, what, padding, opts)
  elseif type(what) == "string" then
    signature, err = sign_text(self, what, md_name, padding, opts)
  else
    return nil, "pkey:sign: expect a digest instance or a string at #1"
  end
  if not signature then
    return nil, err
  end
  if self.key_type == EC and opts and opts.ecdsa_use_raw then
    return load.to_raw(signature, half(self))
  end
  return signature
end

function methods:verify(signature, what, md_name, padding, opts)
  if type(signature) ~= "string" then
    return nil, "pkey:verify: expect a string at #1"
  end
  if self.key_type == EC and opts and opts.ecdsa_use_raw then
    local err
    signature, err = load.from_raw(signature, half(self))
    if not signature then
      return nil, "pkey:verify: " .. err
    end
  end
  local result
  if digests.istype(what) then
    local hash, err = what:final()
    if not hash then
      return nil, err
    end
    local ctx = context(self)
    if C.EVP_PKEY_verify_init(ctx) <= 0 or not configure(self, ctx, padding, opts, self.key_type == RSA and what.algo or nil) then
      return nil, O.err("pkey:verify")
    end
    result = C.EVP_PKEY_verify(ctx, signature, #signature, hash, #hash)
  elseif type(what) == "string" then
    local md, err = md_for(self, md_name)
    if err then
      return nil, "pkey:verify: " .. err
    end
    local ctx, slot = O.own(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free), O.slot()
    if C.EVP_DigestVerifyInit(ctx, slot, md, nil, self.ctx) ~= 1 or not configure(self, slot[0], padding, opts) then
      return nil, O.err("pkey:verify")
    end
    result = C.EVP_DigestVerify(ctx, signature, #signature, what, #what)
  else
    return nil, "pkey:verify: expect a digest instance or a string at #2"
  end
  if result == 1 then
    return true
  end
  C.ERR_clear_error()
  return false
end

local function operation(name, init, run)
  methods[name] = function(self, text, padding, opts)
    if type(text) ~= "string" then
      return nil, "pkey:" .. name .. ": expect a string at #1"
    end
    local ctx = context(self)
    if init(ctx) <= 0 or not configure(self, ctx, padding or 1, opts) then
      return nil, O.err("pkey:" .. name)
    end
    local result = twice(run, ctx, text)
    if not result then
      return nil, O.err("pkey:" .. name)
    end
    return result
  end
end

operation("encrypt", C.EVP_PKEY_encrypt_init, C.EVP_PKEY_encrypt)
operation("decrypt", C.EVP_PKEY_decrypt_init, C.EVP_PKEY_decrypt)
operation("sign_raw", C.EVP_PKEY_sign_init, C.EVP_PKEY_sign)
operation("verify_recover", C.EVP_PKEY_verify_recover_init, C.EVP_PKEY_verify_recover)

function methods:verify_raw(signature, data, md_name, padding, opts)
  local md, err = md_for(self, md_name)
  if err then
    return nil, "pkey:verify_raw: " .. err
  end
  local ctx = context(self)
  if C.EVP_PKEY_verify_init(ctx) <= 0 or not configure(self, ctx, padding, opts, md) then
    return nil, O.err("pkey:verify_raw")
  end
  local good = C.EVP_PKEY_verify(ctx, signature, #signature, data, #data) == 1
  C.ERR_clear_error()
  return good
end

-- The secret that this key and another's public one have in common.
function methods:derive(peer)
  if not M.istype(peer) then
    return nil, "pkey:derive: expect a pkey instance at #1"
  end
  local ctx, size = context(self), O.length()
  if C.EVP_PKEY_derive_init(ctx) <= 0 or C.EVP_PKEY_derive_set_peer(ctx, peer.ctx) <= 0 or C.EVP_PKEY_derive(ctx, nil, size) <= 0 then
    return nil, O.err("pkey:derive")
  end
  local out = O.bytes(tonumber(size[0]))
  if C.EVP_PKEY_derive(ctx, out, size) <= 0 then
    return nil, O.err("pkey:derive")
  end
  return O.text(out, size[0])
end

return M
