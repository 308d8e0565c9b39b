-- kong.cache: the values that all states share are in the node's cache; here is the table that this state has made of each.
local G = ...
local native, settle, null = G.native, G.settle, G.null
local type, error, pcall, tostring, select = type, error, pcall, tostring, select

-- Bounded: a table that is made again costs a little, one that stays for a key nobody asks for costs for ever.
local made, count = {}, 0
local cache = {}

local function remember(key, stamp, value)
  if count >= 10000 then
    made, count = {}, 0
  end
  count = count + 1
  made[key] = { stamp = stamp, value = value }
end

local function check_key(key)
  if type(key) ~= "string" then
    error("key must be a string", 3)
  end
end

-- The value that is cached: whether one is, the value, and from where.
local function look(key)
  local stamp, ttl = settle(3, native.cache_probe(key))
  if stamp == nil or ttl < 0 then
    return false
  end
  if stamp == 0 then
    return true, nil, 2, ttl
  end
  local known = made[key]
  if known and known.stamp == stamp then
    return true, known.value, 1, ttl
  end
  local value = settle(3, native.cache_value(key))
  if stamp > 0 then
    remember(key, stamp, value)
  end
  return true, value, 2, ttl
end

local function store(key, opts, value, err, ttl)
  local stamp = settle(3, native.cache_set(key, value, ttl or (opts and opts.ttl), opts and (value == nil and ttl or opts.neg_ttl), opts and opts.resurrect_ttl))
  if value ~= nil then
    remember(key, stamp, value)
  else
    made[key] = nil
  end
end

local function load(key, opts, cb, ...)
  local ok, value, err, ttl = xpcall(cb, function(failure)
    return debug.traceback(tostring(failure), 2)
  end, ...)
  if not ok then
    return nil, "failed to get from node cache: callback threw an error: " .. tostring(value)
  end
  if err ~= nil then
    return nil, "failed to get from node cache: " .. tostring(err)
  end
  if value == null then
    value = nil
  end
  store(key, opts, value, nil, type(ttl) == "number" and ttl or nil)
  return value, nil, 3
end

function cache:get(key, opts, cb, ...)
  check_key(key)
  local found, value, level = look(key)
  if found then
    return value, nil, level
  end
  if cb == nil then
    return nil, nil, -1
  end
  local is_held = settle(2, native.cache_lock(key))
  found, value, level = look(key)
  local err
  if not found then
    value, err, level = load(key, opts, cb, ...)
  end
  if is_held then
    native.cache_unlock(key)
  end
  return value, err, level
end

function cache:renew(key, opts, cb, ...)
  check_key(key)
  local is_held = settle(2, native.cache_lock(key))
  local value, err, level = load(key, opts, cb, ...)
  if is_held then
    native.cache_unlock(key)
  end
  return value, err, level
end

function cache:get_bulk(bulk, opts)
  local results = { n = bulk.n }
  local place = 0
  for i = 1, bulk.n * 4, 4 do
    local value, err, level = self:get(bulk[i], bulk[i + 1] or opts, bulk[i + 2], bulk[i + 3])
    results[place + 1], results[place + 2], results[place + 3] = value, err, level
    place = place + 3
  end
  return results
end

function cache:probe(key)
  check_key(key)
  local stamp, ttl = settle(2, native.cache_probe(key))
  if stamp == nil then
    return nil
  end
  local _, value = look(key)
  return ttl, nil, value
end

function cache:safe_set(key, value)
  check_key(key)
  store(key, nil, value)
  return true
end

function cache:invalidate(key)
  check_key(key)
  made[key] = nil
  return settle(2, native.cache_invalidate(key))
end

function cache:invalidate_local(key)
  check_key(key)
  made[key] = nil
  return settle(2, native.cache_invalidate_local(key))
end

function cache:purge()
  made, count = {}, 0
  return settle(2, native.cache_purge())
end

return cache
