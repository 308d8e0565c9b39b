-- resty.redis: a client of Redis over ngx.socket.tcp. Commands are methods.
local M = { _VERSION = "0.30" }
local null = ngx.null
local redis = {}

local function encode(...)
  local n = select("#", ...)
  local parts = { "*", n, "\r\n" }
  for i = 1, n do
    local argument = tostring((select(i, ...)))
    parts[#parts + 1] = "$" .. #argument .. "\r\n" .. argument .. "\r\n"
  end
  return table.concat(parts)
end

-- An answer; a failure that Redis tells is false and the text.
local function read(sock)
  local line, err = sock:receive("*l")
  if not line then
    if err == "timeout" then
      sock:close()
    end
    return nil, err
  end
  local kind, rest = line:sub(1, 1), line:sub(2)
  if kind == "+" then
    return rest
  end
  if kind == "-" then
    return false, rest
  end
  if kind == ":" then
    return tonumber(rest)
  end
  if kind == "$" then
    local size = tonumber(rest)
    if size < 0 then
      return null
    end
    local data
    data, err = sock:receive(size)
    if not data then
      return nil, err
    end
    local _, ending_err = sock:receive(2)
    if ending_err then
      return nil, ending_err
    end
    return data
  end
  if kind == "*" then
    local count = tonumber(rest)
    if count < 0 then
      return null
    end
    local items = {}
    for i = 1, count do
      local item, item_err = read(sock)
      if item == nil then
        return nil, item_err
      end
      items[i] = item == false and { false, item_err } or item
    end
    return items
  end
  return nil, "unknown prefix: " .. kind
end

local function command(self, ...)
  if not self.sock then
    return nil, "not initialized"
  end
  local request = encode(...)
  local queued = rawget(self, "queued")
  if queued then
    queued[#queued + 1] = request
    return
  end
  local ok, err = self.sock:send(request)
  if not ok then
    return nil, err
  end
  return read(self.sock)
end

local mt = {
  __index = function(_, name)
    local found = redis[name]
    if found == nil then
      local word = name:upper()
      found = function(self, ...)
        return command(self, word, ...)
      end
      redis[name] = found
    end
    return found
  end,
}

function M:new()
  local sock, err = ngx.socket.tcp()
  if not sock then
    return nil, err
  end
  return setmetatable({ sock = sock, subscribed = false }, mt)
end

function redis:set_timeout(ms)
  self.sock:settimeout(ms)
end

function redis:set_timeouts(connect, send, read_timeout)
  self.sock:settimeouts(connect, send, read_timeout)
end

function redis:connect(host, port, options)
  if type(port) == "table" then
    port, options = nil, port
  end
  options = options or {}
  local ok, err = self.sock:connect(host, port or 6379, { pool = options.pool, pool_size = options.pool_size })
  if not ok then
    return nil, err
  end
  if options.ssl and self.sock:getreusedtimes() == 0 then
    ok, err = self.sock:sslhandshake(false, options.server_name or host, options.ssl_verify)
    if not ok then
      return nil, "failed to do ssl handshake: " .. err
    end
  end
  return 1
end

function redis:set_keepalive(...)
  return self.sock:setkeepalive(...)
end

function redis:get_reused_times()
  return self.sock:getreusedtimes()
end

function redis:close()
  return self.sock:close()
end

function redis:init_pipeline()
  self.queued = {}
end

function redis:cancel_pipeline()
  self.queued = nil
end

function redis:commit_pipeline()
  local queued = rawget(self, "queued")
  if not queued then
    return nil, "no pipeline"
  end
  self.queued = nil
  local ok, err = self.sock:send(table.concat(queued))
  if not ok then
    return nil, err
  end
  local results = {}
  for i = 1, #queued do
    local result, why = read(self.sock)
    if result == nil then
      return nil, why
    end
    results[i] = result == false and { false, why } or result
  end
  return results
end

function redis:read_reply()
  return read(self.sock)
end

function redis:hmset(key, ...)
  if select("#", ...) ~= 1 then
    return command(self, "HMSET", key, ...)
  end
  local arguments = {}
  for field, value in pairs((...)) do
    arguments[#arguments + 1] = field
    arguments[#arguments + 1] = value
  end
  return command(self, "HMSET", key, unpack(arguments))
end

function redis:array_to_hash(array)
  local hash = {}
  for i = 1, #array, 2 do
    hash[array[i]] = array[i + 1]
  end
  return hash
end

function M.add_commands(...)
  return true
end

return M
