-- socket: LuaSocket over the gateway's own connections, which wait without holding anybody up.
local G = ...
local M = { _VERSION = "LuaSocket 3.0.0", BLOCKSIZE = 2048 }

M.gettime = G.native.now
M.sleep = function(seconds)
  return ngx.sleep(math.max(0, seconds))
end

-- Connections count their time in seconds here.
local master = { __index = {} }
local methods = master.__index

function methods:settimeout(seconds)
  self.seconds = seconds
  self.sock:settimeout(seconds and seconds >= 0 and math.max(1, seconds * 1000) or nil)
  return 1
end

function methods:connect(host, port)
  local ok, err = self.sock:connect(host, port)
  if not ok then
    return nil, err
  end
  return 1
end

function methods:send(data, from, to)
  if from or to then
    data = data:sub(from or 1, to or -1)
  end
  local n, err = self.sock:send(data)
  if not n then
    return nil, err, 0
  end
  return n + (from or 1) - 1
end

function methods:receive(pattern, prefix)
  local data, err, partial = self.sock:receive(pattern)
  prefix = prefix or ""
  if data then
    return prefix .. data
  end
  return nil, err, prefix .. (partial or "")
end

function methods:close()
  self.sock:close()
  return 1
end

function methods:dohandshake()
  return true
end

function methods:sni(name)
  self.server_name = name
end

function methods:setoption()
  return 1
end

function methods:shutdown()
  return 1
end

function methods:getpeername()
  return self.host, self.port
end

local function new()
  local sock, err = ngx.socket.tcp()
  if not sock then
    return nil, err
  end
  return setmetatable({ sock = sock }, master)
end
M.tcp, M.tcp4, M.tcp6 = new, new, new

function M.connect(host, port)
  local sock, err = new()
  if not sock then
    return nil, err
  end
  local ok
  ok, err = sock:connect(host, port)
  if not ok then
    return nil, err
  end
  sock.host, sock.port = host, port
  return sock
end
M.connect4, M.connect6 = M.connect, M.connect

local datagrams = { __index = {} }

function M.udp()
  return setmetatable({ sock = ngx.socket.udp() }, datagrams)
end
M.udp4, M.udp6 = M.udp, M.udp

function datagrams.__index:settimeout(seconds)
  self.sock:settimeout(seconds and math.max(1, seconds * 1000) or nil)
  return 1
end

function datagrams.__index:setpeername(host, port)
  return self.sock:setpeername(host, port)
end

function datagrams.__index:send(data)
  return self.sock:send(data)
end

-- One socket for one receiver: a new one where that changes.
function datagrams.__index:sendto(data, host, port)
  if self.host ~= host or self.port ~= port then
    local ok, err = self.sock:setpeername(host, port)
    if not ok then
      return nil, err
    end
    self.host, self.port = host, port
  end
  return self.sock:send(data)
end

function datagrams.__index:receive()
  return self.sock:receive()
end

function datagrams.__index:close()
  return self.sock:close()
end

M.dns = {
  gethostname = function()
    return kong.node.get_hostname()
  end,
  toip = function(name)
    local address, err = kong.dns.toip(name)
    if not address then
      return nil, err
    end
    return address, { name = name, alias = {}, ip = { address } }
  end,
}

function M.skip(n, ...)
  return select(n + 1, ...)
end

-- newtry(finalizer): raises what protect() turns into a result again.
local marker = {}

function M.newtry(finalizer)
  return function(...)
    if not (...) then
      if finalizer then
        pcall(finalizer)
      end
      error(setmetatable({ (select(2, ...)) }, marker), 0)
    end
    return ...
  end
end
M.try = M.newtry()

local function unwrap(ok, first, ...)
  if ok then
    return first, ...
  end
  if getmetatable(first) == marker then
    return nil, first[1]
  end
  error(first, 0)
end

function M.protect(f)
  return function(...)
    return unwrap(pcall(f, ...))
  end
end

M.sinkt, M.sourcet = {}, {}

M.sinkt["keep-open"] = function(sock)
  return function(chunk)
    if chunk then
      return sock:send(chunk)
    end
    return 1
  end
end

M.sinkt["close-when-done"] = function(sock)
  return function(chunk)
    if chunk then
      return sock:send(chunk)
    end
    sock:close()
    return 1
  end
end
M.sinkt.default = M.sinkt["keep-open"]

M.sourcet["by-length"] = function(sock, length)
  return function()
    if length <= 0 then
      return nil
    end
    local chunk, err = sock:receive(math.min(M.BLOCKSIZE, length))
    if err then
      return nil, err
    end
    length = length - #chunk
    return chunk
  end
end

M.sourcet["until-closed"] = function(sock)
  local is_over
  return function()
    if is_over then
      return nil
    end
    local chunk, err, partial = sock:receive(M.BLOCKSIZE)
    if not err then
      return chunk
    end
    if err == "closed" then
      is_over = true
      sock:close()
      return partial ~= "" and partial or nil
    end
    return nil, err
  end
end
M.sourcet.default = M.sourcet["until-closed"]

function M.sink(kind, ...)
  return (M.sinkt[kind] or M.sinkt.default)(...)
end

function M.source(kind, ...)
  return (M.sourcet[kind] or M.sourcet.default)(...)
end

M.choose = function(list)
  return function(name, ...)
    return (list[name] or error("unknown key (" .. tostring(name) .. ")", 2))(...)
  end
end

return M
