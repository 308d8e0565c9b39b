-- ngx.socket: connections that wait without holding anybody up.
local G = ...
local native, current, settle = G.native, G.current, G.settle
local P = G.own("phases")
local type, error, tostring, setmetatable, concat, ipairs = type, error, tostring, setmetatable, table.concat, ipairs

local tcp = {}
tcp.__index = tcp

-- Where nginx lets nobody wait, plugins expect to be told so.
local WITHOUT = P.header_filter + P.body_filter + P.log

local function check_context()
  if bit.band(current[2], WITHOUT) ~= 0 then
    error("API disabled in the context of " .. G.nginx_phases[current[2]] .. "_by_lua*", 3)
  end
end

function tcp:settimeout(ms)
  self.connect_timeout, self.send_timeout, self.read_timeout = ms, ms, ms
end

function tcp:settimeouts(connect, send, read)
  self.connect_timeout, self.send_timeout, self.read_timeout = connect, send, read
end

function tcp:connect(host, port, options)
  if type(port) == "table" then
    port, options = nil, port
  end
  if self.number then
    native.socket_close(self.number)
    self.number = nil
  end
  self.pool = options and options.pool or tostring(host) .. ":" .. tostring(port)
  self.pool_size = options and options.pool_size
  local number, err = settle(3, native.socket_connect(tostring(host), port or 0, self.connect_timeout, self.pool))
  if not number then
    return nil, err
  end
  self.number = number
  return 1
end

function tcp:sslhandshake(reused, server_name, verify)
  if not self.number then
    return nil, "closed"
  end
  local ok, err = settle(3, native.socket_handshake(self.number, server_name, verify and true or false, self.connect_timeout, self.certificate, self.key))
  if not ok then
    return nil, err
  end
  return reused == false and true or {}
end
tcp.tlshandshake = function(self, options)
  options = options or {}
  return self:sslhandshake(options.reused_session, options.server_name, options.verify)
end

local function flat(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  local parts = {}
  for i, part in ipairs(value) do
    parts[i] = flat(part)
  end
  return concat(parts)
end

function tcp:send(data)
  if not self.number then
    return nil, "closed"
  end
  return settle(2, native.socket_send(self.number, flat(data), self.send_timeout))
end

function tcp:receive(pattern)
  if not self.number then
    return nil, "closed"
  end
  if pattern == nil or pattern == "*l" or pattern == "l" then
    pattern = "*l"
  elseif pattern == "*a" or pattern == "a" then
    pattern = "*a"
  else
    local size = tonumber(pattern)
    if not size or size < 0 then
      error("bad argument #2 to 'receive' (bad pattern argument)", 2)
    end
    if size == 0 then
      return ""
    end
    pattern = size
  end
  return settle(2, native.socket_receive(self.number, pattern, self.read_timeout))
end

function tcp:receiveany(max)
  if not self.number then
    return nil, "closed"
  end
  if type(max) ~= "number" or max <= 0 then
    error("bad argument #2 to 'receiveany' (bad max argument)", 2)
  end
  return settle(2, native.socket_receive_any(self.number, max, self.read_timeout))
end

function tcp:receiveuntil(mark, options)
  local inclusive = options and options.inclusive or false
  return function()
    if not self.number then
      return nil, "closed"
    end
    return settle(2, native.socket_receive_until(self.number, mark, inclusive, self.read_timeout))
  end
end

function tcp:close()
  if not self.number then
    return nil, "closed"
  end
  local number = self.number
  self.number = nil
  return settle(2, native.socket_close(number))
end

function tcp:setkeepalive(idle, size)
  if not self.number then
    return nil, "closed"
  end
  local number = self.number
  self.number = nil
  return settle(2, native.socket_keep(number, self.pool, idle or 60000, size or self.pool_size or 30))
end

function tcp:getreusedtimes()
  if not self.number then
    return nil, "closed"
  end
  return native.socket_reused(self.number)
end

function tcp:setoption(option)
  return nil, "not supported: option " .. tostring(option)
end

-- The certificate that is shown to the server: what ngx.ssl has parsed. Without both there is none.
function tcp:setclientcert(certificate, key)
  if certificate == nil or key == nil then
    self.certificate, self.key = nil, nil
    if certificate == nil and key == nil then
      return true
    end
    return nil, "client certificate must be supplied with corresponding private key"
  end
  if type(certificate) ~= "cdata" then
    return nil, "bad client cert type"
  end
  if type(key) ~= "cdata" then
    return nil, "bad client pkey type"
  end
  local pem = G.own("openssl_pem")
  self.certificate, self.key = pem.chain(certificate), pem.key(key)
  return true
end

local udp = {}
udp.__index = udp

function udp:settimeout(ms)
  self.timeout = ms
end

function udp:setpeername(host, port)
  local number, err = settle(3, native.udp_open(tostring(host), port or 0))
  if not number then
    return nil, err
  end
  self.number = number
  return 1
end

function udp:send(data)
  if not self.number then
    return nil, "not connected"
  end
  return settle(2, native.udp_send(self.number, flat(data)))
end

function udp:receive()
  if not self.number then
    return nil, "not connected"
  end
  return settle(2, native.udp_receive(self.number, self.timeout))
end

function udp:close()
  if not self.number then
    return nil, "not connected"
  end
  local number = self.number
  self.number = nil
  return settle(2, native.udp_close(number))
end

local socket = {}

function socket.tcp()
  check_context()
  return setmetatable({}, tcp)
end
socket.stream = socket.tcp

function socket.udp()
  check_context()
  return setmetatable({}, udp)
end

function socket.connect(...)
  check_context()
  local sock = setmetatable({}, tcp)
  local ok, err = sock:connect(...)
  if not ok then
    return nil, err
  end
  return sock
end

return socket
