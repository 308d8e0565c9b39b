-- resty.openssl.x509.store: the authorities that certificates are verified with. `ctx` is the X509_STORE.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {
  verify_flags = {
    X509_V_FLAG_CB_ISSUER_CHECK = 0x0, X509_V_FLAG_USE_CHECK_TIME = 0x2, X509_V_FLAG_CRL_CHECK = 0x4, X509_V_FLAG_CRL_CHECK_ALL = 0x8,
    X509_V_FLAG_IGNORE_CRITICAL = 0x10, X509_V_FLAG_X509_STRICT = 0x20, X509_V_FLAG_ALLOW_PROXY_CERTS = 0x40, X509_V_FLAG_POLICY_CHECK = 0x80,
    X509_V_FLAG_EXPLICIT_POLICY = 0x100, X509_V_FLAG_TRUSTED_FIRST = 0x8000, X509_V_FLAG_PARTIAL_CHAIN = 0x80000,
    X509_V_FLAG_NO_ALT_CHAINS = 0x100000, X509_V_FLAG_NO_CHECK_TIME = 0x200000,
  },
}
local store = { __index = {} }
local methods = store.__index

function M.new()
  return setmetatable({ ctx = O.own(C.X509_STORE_new(), C.X509_STORE_free) }, store)
end

function M.istype(value)
  return getmetatable(value) == store
end

local answer = O.answer

function methods:use_default()
  return answer(C.X509_STORE_set_default_paths(self.ctx), "x509.store:use_default")
end

function methods:add(certificate)
  return answer(C.X509_STORE_add_cert(self.ctx, certificate.ctx), "x509.store:add")
end

function methods:load_file(path)
  return answer(C.X509_STORE_load_file(self.ctx, path), "x509.store:load_file")
end

function methods:load_directory(path)
  return answer(C.X509_STORE_load_path(self.ctx, path), "x509.store:load_directory")
end

function methods:set_depth(depth)
  return answer(C.X509_STORE_set_depth(self.ctx, depth), "x509.store:set_depth")
end

function methods:set_flags(...)
  local flags = 0
  for _, flag in ipairs({ ... }) do
    flags = bit.bor(flags, flag)
  end
  return answer(C.X509_STORE_set_flags(self.ctx, flags), "x509.store:set_flags")
end

-- Whether the certificate comes from an authority in the store; with return_chain, the way that it comes.
function methods:verify(certificate, chain, return_chain, _, method, flags)
  local ctx = O.own(C.X509_STORE_CTX_new(), C.X509_STORE_CTX_free)
  if C.X509_STORE_CTX_init(ctx, self.ctx, certificate.ctx, chain and chain.ctx or nil) ~= 1 then
    return nil, O.err("x509.store:verify")
  end
  if method and C.X509_STORE_CTX_set_default(ctx, method) ~= 1 then
    C.ERR_clear_error()
    return nil, "x509.store:verify: invalid verify_method \"" .. tostring(method) .. "\""
  end
  if flags then
    C.X509_STORE_CTX_set_flags(ctx, flags)
  end
  if C.X509_verify_cert(ctx) == 1 then
    return not return_chain or require("resty.openssl.x509.chain").own(C.X509_STORE_CTX_get1_chain(ctx))
  end
  C.ERR_clear_error()
  return nil, O.text(C.X509_verify_cert_error_string(C.X509_STORE_CTX_get_error(ctx)))
end

return M
