-- kong.client
local G = ...
local native, current, settle, check, check_not_init = G.native, G.current, G.settle, G.check, G.check_not_init
local P = G.own("phases")
local type, error, find = type, error, string.find

local KNOWN = P.access + P.header_filter + P.response + P.body_filter + P.log
local PROXYING = P.rewrite + P.access + P.response + P.balancer

local client = { tls = {} }

function client.get_ip()
  check_not_init()
  return settle(2, native.client_ip())
end

function client.get_forwarded_ip()
  check_not_init()
  return settle(2, native.client_forwarded_ip())
end

function client.get_port()
  check_not_init()
  return settle(2, native.client_port())
end

function client.get_forwarded_port()
  check_not_init()
  return settle(2, native.client_forwarded_port())
end

-- What a plugin in Lua has set is the very table that others get; what one in C# has set is made a table once.
local function known(key, f)
  local ctx = ngx.ctx
  local set = rawget(ctx, key)
  if set ~= nil then
    return set
  end
  return f()
end

function client.get_consumer()
  check(KNOWN)
  return settle(2, known("authenticated_consumer", native.client_consumer))
end

function client.get_credential()
  check(KNOWN)
  return settle(2, known("authenticated_credential", native.client_credential))
end

local uuid = "^" .. ("%x"):rep(8) .. "%-" .. ("%x"):rep(4) .. "%-" .. ("%x"):rep(4) .. "%-" .. ("%x"):rep(4) .. "%-" .. ("%x"):rep(12) .. "$"

function client.load_consumer(consumer_id, search_by_username)
  check(KNOWN)
  if type(consumer_id) ~= "string" then
    error("consumer_id must be a string", 2)
  end
  if not search_by_username and not find(consumer_id, uuid) then
    error("cannot load a consumer with an id that is not a uuid", 2)
  end
  return settle(2, native.client_load_consumer(consumer_id, search_by_username and true or false))
end

function client.authenticate(consumer, credential)
  check(P.access)
  if consumer ~= nil and type(consumer) ~= "table" then
    error("consumer must be a table or nil", 2)
  end
  if credential ~= nil and type(credential) ~= "table" then
    error("credential must be a table or nil", 2)
  end
  if consumer == nil and credential == nil then
    error("either credential or consumer must be provided", 2)
  end
  local failed, err = native.client_authenticate(consumer, credential)
  if failed == G.FAILED then
    error(err, 2)
  end
  local ctx = ngx.ctx
  rawset(ctx, "authenticated_consumer", consumer)
  rawset(ctx, "authenticated_credential", credential)
end

function client.get_protocol(allow_terminated)
  check(KNOWN)
  return settle(2, native.client_protocol(allow_terminated and true or false))
end

function client.tls.request_client_certificate()
  check(P.certificate)
  return settle(2, native.client_request_certificate())
end

function client.tls.disable_session_reuse()
  check(P.certificate)
  return settle(2, native.client_disable_session_reuse())
end

function client.tls.get_full_client_certificate_chain()
  check(PROXYING + P.log)
  if native.request_scheme() == "http" then
    return nil, "connection is not TLS or TLS support for Nginx not enabled"
  end
  return settle(2, native.client_certificate_chain())
end

function client.tls.set_client_verify(value)
  check(PROXYING)
  assert(type(value) == "string")
  return settle(2, native.client_set_verify(value))
end

return client
