-- Pointers of libcrypto as texts, for C#. A plugin hands over the same ones with every request, so that each is written once.
local G = ...
local O = G.own("openssl")
local C = O.C
local M = {}

local function once(write)
  local known = setmetatable({}, { __mode = "k" })
  return function(pointer)
    local text = known[pointer]
    if not text then
      text = write(pointer)
      known[pointer] = text
    end
    return text
  end
end

local function write_chain(stack)
  local bio = O.writer()
  for at = 0, C.OPENSSL_sk_num(stack) - 1 do
    C.PEM_write_bio_X509(bio, C.OPENSSL_sk_value(stack, at))
  end
  return O.written(bio)
end

-- A stack of certificates.
M.chain = once(write_chain)

-- A private key.
M.key = once(function(key)
  return assert(G.own("openssl_keys").write(key, true, "PEM"))
end)

-- The certificates of a store. It may have got more since, so that it is read anew.
function M.store(store)
  local stack = C.X509_STORE_get1_all_certs(store)
  local text = write_chain(stack)
  C.OPENSSL_sk_pop_free(stack, C.X509_free)
  return text
end

return M
