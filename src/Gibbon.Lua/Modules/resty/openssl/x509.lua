-- resty.openssl.x509: certificates. `ctx` is the X509.
local G = ...
local O = G.own("openssl")
local C = O.C
local bn, pkey = require("resty.openssl.bn"), require("resty.openssl.pkey")
local names, altnames, extensions = require("resty.openssl.x509.name"), require("resty.openssl.x509.altname"), require("resty.openssl.x509.extension")
local objects = require("resty.openssl.objects")

local M = {}
local x509 = { __index = {} }
local methods = x509.__index
local ALTNAMES = 85

local function wrap(pointer)
  return setmetatable({ ctx = O.own(pointer, C.X509_free) }, x509)
end

function M.new(text, format)
  if text == nil then
    return wrap(C.X509_new())
  end
  if type(text) ~= "string" then
    return nil, "x509.new: expect nil or a string at #1"
  end
  format = (format or "*"):upper()
  local pointer
  if format ~= "DER" then
    pointer = C.PEM_read_bio_X509(O.reader(text), nil, nil, "")
  end
  if pointer == nil and format ~= "PEM" then
    pointer = C.d2i_X509_bio(O.reader(text), nil)
  end
  local err = O.err("x509.new")
  if pointer == nil then
    return nil, err
  end
  return wrap(pointer)
end

function M.dup(pointer)
  C.X509_up_ref(pointer)
  return wrap(O.ffi.cast("void *", pointer))
end

function M.istype(value)
  return getmetatable(value) == x509
end

local answer = O.answer

function methods:get_subject_name()
  return names.dup(C.X509_get_subject_name(self.ctx))
end

function methods:get_issuer_name()
  return names.dup(C.X509_get_issuer_name(self.ctx))
end

function methods:set_subject_name(name)
  return answer(C.X509_set_subject_name(self.ctx, name.ctx), "x509:set_subject_name")
end

function methods:set_issuer_name(name)
  return answer(C.X509_set_issuer_name(self.ctx, name.ctx), "x509:set_issuer_name")
end

-- Seconds since 1970.
local function seconds(time)
  local epoch, days, rest = O.own(C.ASN1_TIME_set(nil, 0), C.ASN1_TIME_free), O.count(), O.count()
  if C.ASN1_TIME_diff(days, rest, epoch, time) ~= 1 then
    return nil, O.err("x509: time")
  end
  return days[0] * 86400 + rest[0]
end

function methods:get_not_before()
  return seconds(C.X509_get0_notBefore(self.ctx))
end

function methods:get_not_after()
  return seconds(C.X509_get0_notAfter(self.ctx))
end

function methods:get_lifetime()
  return self:get_not_before(), self:get_not_after()
end

function methods:set_not_before(time)
  return answer(C.X509_set1_notBefore(self.ctx, O.own(C.ASN1_TIME_set(nil, time), C.ASN1_TIME_free)), "x509:set_not_before")
end

function methods:set_not_after(time)
  return answer(C.X509_set1_notAfter(self.ctx, O.own(C.ASN1_TIME_set(nil, time), C.ASN1_TIME_free)), "x509:set_not_after")
end

function methods:set_lifetime(from, to)
  local ok, err = self:set_not_before(from)
  if not ok then
    return nil, err
  end
  return self:set_not_after(to)
end

function methods:get_serial_number()
  local number = O.own(C.ASN1_INTEGER_to_BN(C.X509_get0_serialNumber(self.ctx), nil), C.BN_free)
  return number and bn.dup(number)
end

function methods:set_serial_number(number)
  local integer = O.own(C.BN_to_ASN1_INTEGER(number.ctx, nil), C.ASN1_INTEGER_free)
  return answer(C.X509_set_serialNumber(self.ctx, integer), "x509:set_serial_number")
end

function methods:get_version()
  return tonumber(C.X509_get_version(self.ctx)) + 1
end

function methods:set_version(version)
  return answer(C.X509_set_version(self.ctx, version - 1), "x509:set_version")
end

function methods:get_pubkey()
  local pointer = C.X509_get_pubkey(self.ctx)
  if pointer == nil then
    return nil, O.err("x509:get_pubkey")
  end
  return pkey.own(pointer)
end

function methods:set_pubkey(key)
  return answer(C.X509_set_pubkey(self.ctx, key.ctx), "x509:set_pubkey")
end

function methods:get_subject_alt_name()
  local found = C.X509_get_ext_d2i(self.ctx, ALTNAMES, nil, nil)
  if found == nil then
    C.ERR_clear_error()
    return nil
  end
  return (altnames.own(found))
end

function methods:set_subject_alt_name(list)
  local made, err = extensions.new("subjectAltName", list:to_value())
  if not made then
    return nil, err
  end
  return self:add_extension(made)
end

-- The first extension of a kind after the place `last`, and its place.
function methods:get_extension(kind, last)
  local nid, err = objects.txtnid2nid(kind)
  if not nid then
    return nil, nil, err
  end
  local at = C.X509_get_ext_by_NID(self.ctx, nid, (last or 0) - 1)
  if at < 0 then
    return nil
  end
  return extensions.dup(C.X509_get_ext(self.ctx, at)), at + 1
end

function methods:get_extensions()
  local all = {}
  for at = 0, C.X509_get_ext_count(self.ctx) - 1 do
    all[at + 1] = extensions.dup(C.X509_get_ext(self.ctx, at))
  end
  return all
end

function methods:add_extension(extension)
  return answer(C.X509_add_ext(self.ctx, extension.ctx, -1), "x509:add_extension")
end

local function extension_text(self, kind)
  local found = self:get_extension(kind)
  return found and found:text()
end

-- ca and pathlen; with a name, that alone.
function methods:get_basic_constraints(name)
  local text = extension_text(self, "basicConstraints")
  if not text then
    return nil
  end
  local all = { ca = text:find("CA:TRUE", 1, true) ~= nil, pathlen = tonumber(text:match("pathlen:(%d+)")) }
  if name then
    return all[name:lower()]
  end
  return all
end

local function urls(text, pattern, all)
  local found = {}
  for url in (text or ""):gmatch(pattern) do
    found[#found + 1] = url
  end
  if all then
    return #found > 0 and found or nil
  end
  return found[1]
end

function methods:get_ocsp_url(all)
  return urls(extension_text(self, "authorityInfoAccess"), "OCSP %- URI:([^%s]+)", all)
end

function methods:get_crl_url(all)
  return urls(extension_text(self, "crlDistributionPoints"), "URI:([^%s]+)", all)
end

function methods:get_signature_nid()
  return C.X509_get_signature_nid(self.ctx)
end

function methods:get_signature_name()
  return objects.nid2table(self:get_signature_nid()).sn
end

function methods:get_signature_digest_name()
  local md, key = O.count(), O.count()
  if C.OBJ_find_sigid_algs(self:get_signature_nid(), md, key) ~= 1 then
    return nil, O.err("x509:get_signature_digest_name")
  end
  return objects.nid2table(md[0]).sn
end

local function hashing(name, f)
  methods[name] = function(self, kind)
    local md = O.digest_named(kind or "sha1")
    if not md then
      return nil, "x509:" .. name .. ": invalid digest type \"" .. tostring(kind) .. "\""
    end
    local out, size = O.bytes(64), O.ffi.new("unsigned int[1]")
    if f(self.ctx, md, out, size) ~= 1 then
      return nil, O.err("x509:" .. name)
    end
    return O.text(out, size[0])
  end
end

hashing("digest", C.X509_digest)
hashing("pubkey_digest", C.X509_pubkey_digest)

function methods:check_private_key(key)
  return answer(C.X509_check_private_key(self.ctx, key.ctx), "x509:check_private_key")
end

function methods:check_host(host)
  return C.X509_check_host(self.ctx, host, #host, 0, nil) == 1
end

function methods:check_email(address)
  return C.X509_check_email(self.ctx, address, #address, 0) == 1
end

function methods:check_ip_asc(address)
  return C.X509_check_ip_asc(self.ctx, address, 0) == 1
end

function methods:sign(key, digest)
  local md
  if digest then
    md = digest.algo or O.digest_named(digest)
  elseif key.key_type == 6 or key.key_type == 408 then
    md = O.digest_named("sha256")
  end
  if C.X509_sign(self.ctx, key.ctx, md) <= 0 then
    return nil, O.err("x509:sign")
  end
  return true
end

-- Whether the certificate was signed with the key.
function methods:verify(key)
  local good = C.X509_verify(self.ctx, key.ctx) == 1
  C.ERR_clear_error()
  return good
end

function methods:tostring(format)
  local bio = O.writer()
  local f = (format or "PEM"):upper() == "DER" and C.i2d_X509_bio or C.PEM_write_bio_X509
  if f(bio, self.ctx) ~= 1 then
    return nil, O.err("x509:tostring")
  end
  return O.written(bio)
end
x509.__tostring = methods.tostring

function methods:to_PEM()
  return self:tostring("PEM")
end

return M
