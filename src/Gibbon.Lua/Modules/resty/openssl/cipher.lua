-- resty.openssl.cipher
local G = ...
local O = G.own("openssl")
local C = O.C
local band = bit.band

local SET_IV_LENGTH, GET_TAG, SET_TAG = 0x9, 0x10, 0x11
local CCM, AEAD = 0x7, 0x200000

local M = {}
local cipher = { __index = {} }
local methods = cipher.__index

function M.new(name)
  if type(name) ~= "string" then
    return nil, "cipher.new: expect type to be defined"
  end
  local algorithm = O.own(C.EVP_CIPHER_fetch(nil, name, nil), C.EVP_CIPHER_free)
  if not algorithm then
    C.ERR_clear_error()
    return nil, ("cipher.new: invalid cipher type \"%s\""):format(name)
  end
  if C.EVP_CIPHER_get_mode(algorithm) == CCM then
    return nil, ("cipher.new: not supported: %s, which must know the length beforehand"):format(name)
  end
  local ctx = O.own(C.EVP_CIPHER_CTX_new(), C.EVP_CIPHER_CTX_free)
  return setmetatable({
    ctx = ctx,
    algo = algorithm,
    key_size = C.EVP_CIPHER_get_key_length(algorithm),
    iv_size = C.EVP_CIPHER_get_iv_length(algorithm),
    block_size = C.EVP_CIPHER_get_block_size(algorithm),
    is_aead = band(tonumber(C.EVP_CIPHER_get_flags(algorithm)), AEAD) ~= 0,
    initialized = false,
  }, cipher)
end

function M.istype(value)
  return getmetatable(value) == cipher
end

-- Begins: opts may have is_encrypt, no_padding.
function methods:init(key, iv, opts)
  opts = opts or {}
  if type(key) ~= "string" or #key ~= self.key_size then
    return nil, ("cipher:init: incorrect key size, expect %d"):format(self.key_size)
  end
  iv = iv or ""
  -- Ciphers with a tag take nonces of other lengths; for all others a wrong length would be read past.
  if not self.is_aead and #iv ~= self.iv_size or self.is_aead and iv == "" then
    return nil, ("cipher:init: incorrect iv size, expect %d"):format(self.iv_size)
  end
  local direction = opts.is_encrypt and 1 or 0
  self.initialized = false
  if C.EVP_CipherInit_ex(self.ctx, self.algo, nil, nil, nil, direction) ~= 1 then
    return nil, O.err("cipher:init")
  end
  if self.is_aead and #iv ~= self.iv_size and C.EVP_CIPHER_CTX_ctrl(self.ctx, SET_IV_LENGTH, #iv, nil) ~= 1 then
    return nil, O.err("cipher:init")
  end
  if C.EVP_CipherInit_ex(self.ctx, nil, nil, key, iv, -1) ~= 1 then
    return nil, O.err("cipher:init")
  end
  if opts.no_padding then
    C.EVP_CIPHER_CTX_set_padding(self.ctx, 0)
  end
  self.initialized = true
  return true
end

local function pass(self, text, out)
  local size = O.count()
  if C.EVP_CipherUpdate(self.ctx, out, size, text, #text) ~= 1 then
    return nil, O.err("cipher:update")
  end
  return size[0]
end

function methods:update_aead_aad(aad)
  if not self.initialized then
    return nil, "cipher:update_aead_aad: cipher not initialized, call cipher:init first"
  end
  local size, err = pass(self, aad, nil)
  if not size then
    return nil, err
  end
  return true
end

function methods:update(...)
  if not self.initialized then
    return nil, "cipher:update: cipher not initialized, call cipher:init first"
  end
  local parts = {}
  for i = 1, select("#", ...) do
    local text = (select(i, ...))
    if type(text) ~= "string" then
      return nil, "cipher:update: expect a string at #" .. i
    end
    local out = O.bytes(#text + self.block_size + 1)
    local size, err = pass(self, text, out)
    if not size then
      return nil, err
    end
    parts[#parts + 1] = O.text(out, size)
  end
  return table.concat(parts)
end

function methods:final(text)
  local before = ""
  if text then
    local err
    before, err = self:update(text)
    if not before then
      return nil, err
    end
  end
  local out, size = O.bytes(self.block_size + 32), O.count()
  if C.EVP_CipherFinal_ex(self.ctx, out, size) ~= 1 then
    return nil, O.err("cipher:final")
  end
  return before .. O.text(out, size[0])
end

function methods:get_aead_tag(size)
  size = size or 16
  local tag = O.bytes(size)
  if C.EVP_CIPHER_CTX_ctrl(self.ctx, GET_TAG, size, tag) ~= 1 then
    return nil, O.err("cipher:get_aead_tag")
  end
  return O.text(tag, size)
end

function methods:set_aead_tag(tag)
  if type(tag) ~= "string" then
    return nil, "cipher:set_aead_tag: expect a string at #1"
  end
  local bytes = O.bytes(#tag + 1)
  O.ffi.copy(bytes, tag, #tag)
  if C.EVP_CIPHER_CTX_ctrl(self.ctx, SET_TAG, #tag, bytes) ~= 1 then
    return nil, O.err("cipher:set_aead_tag")
  end
  return true
end

function methods:encrypt(key, iv, text, no_padding, aad)
  local ok, err = self:init(key, iv, { is_encrypt = true, no_padding = no_padding })
  if ok and aad then
    ok, err = pass(self, aad, nil)
  end
  if not ok then
    return nil, err
  end
  return self:final(text)
end

function methods:decrypt(key, iv, text, no_padding, aad, tag)
  local ok, err = self:init(key, iv, { no_padding = no_padding })
  if ok and tag then
    ok, err = self:set_aead_tag(tag)
  end
  if ok and aad then
    ok, err = pass(self, aad, nil)
  end
  if not ok then
    return nil, err
  end
  return self:final(text)
end

-- A key and an initialisation vector from a passphrase, as the command `openssl enc` makes them.
function methods:derive(passphrase, salt, count, digest)
  local md = O.digest_named(digest or "sha1")
  if not md then
    return nil, ("cipher:derive: invalid digest type \"%s\""):format(tostring(digest))
  end
  if salt and #salt ~= 8 then
    salt = (salt .. ("\0"):rep(8)):sub(1, 8)
  end
  local key, iv = O.bytes(64), O.bytes(16)
  local size = C.EVP_BytesToKey(self.algo, md, salt, passphrase, #passphrase, count or 1, key, iv)
  if size ~= self.key_size then
    return nil, O.err("cipher:derive")
  end
  return O.text(key, size), O.text(iv, self.iv_size)
end

return M
