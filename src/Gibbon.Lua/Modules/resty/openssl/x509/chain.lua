-- resty.openssl.x509.chain: a list of certificates. `ctx` is the stack of X509.
local G = ...
local O = G.own("openssl")
local C = O.C

local M = {}
local chain = { __index = {} }
local methods = chain.__index

local function free(stack)
  C.OPENSSL_sk_pop_free(stack, C.X509_free)
end

local function wrap(stack)
  return setmetatable({ ctx = O.own(stack, free) }, chain)
end

function M.new()
  return wrap(C.OPENSSL_sk_new_null())
end

-- From a stack that becomes ours.
M.own = wrap

-- From a stack that stays what it is.
function M.dup(stack)
  local made = M.new()
  for at = 0, C.OPENSSL_sk_num(stack) - 1 do
    local found = C.OPENSSL_sk_value(stack, at)
    C.X509_up_ref(found)
    C.OPENSSL_sk_push(made.ctx, found)
  end
  return made
end

function M.istype(value)
  return getmetatable(value) == chain
end

function methods:add(certificate)
  C.X509_up_ref(certificate.ctx)
  if C.OPENSSL_sk_push(self.ctx, certificate.ctx) <= 0 then
    C.X509_free(certificate.ctx)
    return nil, O.err("x509.chain:add")
  end
  return true
end

function methods:count()
  return C.OPENSSL_sk_num(self.ctx)
end
chain.__len = methods.count

function methods:index(at)
  if at < 1 or at > self:count() then
    return nil
  end
  return require("resty.openssl.x509").dup(C.OPENSSL_sk_value(self.ctx, at - 1))
end

function methods:all()
  local all = {}
  for at = 1, self:count() do
    all[at] = self:index(at)
  end
  return all
end

function methods:each()
  local at = 0
  return function()
    at = at + 1
    local found = self:index(at)
    if found then
      return at, found
    end
    return nil
  end
end
chain.__ipairs = methods.each
chain.__pairs = methods.each

return M
