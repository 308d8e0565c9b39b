-- Where resty.session keeps what is not in the cookie: a shared dictionary, or Redis. Each gives get, set and delete; a failure is nil and why.
local M = {}

M.shm = {
  get = function(options, id)
    return ngx.shared[options.dictionary]:get("session:" .. id)
  end,
  set = function(options, id, text)
    return ngx.shared[options.dictionary]:set("session:" .. id, text, options.rolling_timeout or 0)
  end,
  delete = function(options, id)
    ngx.shared[options.dictionary]:delete("session:" .. id)
  end,
}

-- The older interface calls some options otherwise.
local function connect(given)
  local red = require("resty.redis"):new()
  red:set_timeouts(given.connect_timeout or 1000, given.send_timeout or 1000, given.read_timeout or 1000)
  local pool = given.pool or table.concat({ given.socket or given.host or "", given.port or "", given.database or 0, given.username or "", given.ssl and "ssl" or "" }, ":")
  local options = { ssl = given.ssl, ssl_verify = given.ssl_verify or false, server_name = given.server_name, pool = pool, pool_size = given.pool_size }
  local ok, err
  if given.socket then
    ok, err = red:connect(given.socket:find("^unix:") and given.socket or "unix:" .. given.socket, nil, options)
  else
    ok, err = red:connect(given.host or "127.0.0.1", given.port or 6379, options)
  end
  if not ok then
    return nil, err
  end
  if red:get_reused_times() > 0 then
    return red
  end
  local password = given.password or given.auth
  if password and password ~= "" then
    local username = given.username
    if username and username ~= "" then
      ok, err = red:auth(username, password)
    else
      ok, err = red:auth(password)
    end
  end
  if ok and (given.database or 0) ~= 0 then
    ok, err = red:select(given.database)
  end
  if not ok then
    red:close()
    return nil, err
  end
  return red
end

local function ask(options, command, id, ...)
  local given = options.redis or {}
  local red, err = connect(given)
  if not red then
    return nil, err
  end
  local answer
  answer, err = red[command](red, (given.prefix or "sessions") .. ":" .. id, ...)
  if answer == nil then
    red:close()
    return nil, err
  end
  red:set_keepalive(given.keepalive_timeout or 60000, given.pool_size)
  if answer == ngx.null or answer == false then
    return nil, err
  end
  return answer
end

M.redis = {
  get = function(options, id)
    return ask(options, "get", id)
  end,
  set = function(options, id, text)
    local ttl = options.rolling_timeout or 0
    if ttl > 0 then
      return ask(options, "setex", id, ttl, text)
    end
    return ask(options, "set", id, text)
  end,
  delete = function(options, id)
    return ask(options, "del", id)
  end,
}

return M
