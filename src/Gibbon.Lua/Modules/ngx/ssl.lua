-- ngx.ssl: certificates and keys as pointers of libcrypto, which kong.service.set_tls_cert_key takes.
local G = ...
local O = G.own("openssl")
local C = O.C
local M = { _VERSION = "0.1.28", SSL3_VERSION = 0x0300, TLS1_VERSION = 0x0301, TLS1_1_VERSION = 0x0302, TLS1_2_VERSION = 0x0303, TLS1_3_VERSION = 0x0304 }
local chains, keys

local function load()
  chains = chains or require("resty.openssl.x509.chain")
  keys = keys or G.own("openssl_keys")
end

local function checked(text)
  if type(text) ~= "string" then
    error("bad argument #1 (string expected, got " .. type(text) .. ")", 3)
  end
  return text
end

local function parse_chain(text, read)
  load()
  local bio, chain = O.reader(text), chains.new()
  while true do
    local found = read(bio)
    if found == nil then
      break
    end
    if C.OPENSSL_sk_push(chain.ctx, found) <= 0 then
      C.X509_free(found)
      break
    end
  end
  C.ERR_clear_error()
  if chain:count() == 0 then
    return nil, "PEM_read_bio_X509_AUX() failed"
  end
  return chain.ctx
end

function M.parse_pem_cert(text)
  return parse_chain(checked(text), function(bio)
    return C.PEM_read_bio_X509(bio, nil, nil, "")
  end)
end

function M.parse_der_cert(text)
  local chain = parse_chain(checked(text), function(bio)
    return C.d2i_X509_bio(bio, nil)
  end)
  if not chain then
    return nil, "d2i_X509_bio() failed"
  end
  return chain
end

function M.parse_pem_priv_key(text)
  load()
  local key = keys.read(checked(text), { format = "PEM", type = "pr" })
  if not key then
    return nil, "PEM_read_bio_PrivateKey() failed"
  end
  return key
end

function M.parse_der_priv_key(text)
  load()
  local key = keys.read(checked(text), { format = "DER", type = "pr" })
  if not key then
    return nil, "d2i_PrivateKey_bio() failed"
  end
  return key
end

function M.cert_pem_to_der(text)
  local chain, err = M.parse_pem_cert(text)
  if not chain then
    return nil, err
  end
  local bio = O.writer()
  for at = 0, C.OPENSSL_sk_num(chain) - 1 do
    C.i2d_X509_bio(bio, C.OPENSSL_sk_value(chain, at))
  end
  return O.written(bio)
end

function M.priv_key_pem_to_der(text)
  local key, err = M.parse_pem_priv_key(text)
  if not key then
    return nil, err
  end
  return keys.write(key, true, "DER")
end

-- The name that the client asks for in its handshake.
function M.server_name()
  local name = ngx.var.ssl_server_name
  return name ~= "" and name or nil
end

function M.server_port()
  return tonumber(ngx.var.server_port)
end

function M.raw_client_addr()
  local address = ngx.var.binary_remote_addr
  if not address then
    return nil, "no client address"
  end
  return address, #address == 16 and "inet6" or "inet"
end

-- Which certificate a client gets is decided by the entities; what says otherwise is told so.
for _, name in ipairs({ "set_cert", "set_priv_key", "set_der_cert", "set_der_priv_key", "clear_certs", "verify_client" }) do
  M[name] = function()
    return nil, "not supported: ngx.ssl." .. name
  end
end

return M
