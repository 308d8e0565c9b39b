-- ngx.shared: dictionaries that all states share.
local G = ...
local native, settle = G.native, G.settle
local type, setmetatable, tostring = type, setmetatable, tostring

local dict = {}
dict.__index = dict

local scalar = { string = true, number = true, boolean = true, ["nil"] = true }

local function key_of(key)
  if key == nil then
    return nil, "nil key"
  end
  key = tostring(key)
  if key == "" then
    return nil, "empty key"
  end
  if #key > 65535 then
    return nil, "key too long"
  end
  return key
end

function dict:get(key)
  local err
  key, err = key_of(key)
  if not key then
    return nil, err
  end
  return settle(2, native.dict_get(self.name, key))
end
dict.get_stale = dict.get

local function storing(f)
  return function(self, key, value, ttl)
    local err
    key, err = key_of(key)
    if not key then
      return nil, err
    end
    if not scalar[type(value)] then
      return nil, "bad value type"
    end
    return f(self, key, value, ttl or 0)
  end
end

dict.set = storing(function(self, key, value, ttl)
  if value == nil then
    native.dict_delete(self.name, key)
  else
    settle(3, native.dict_set(self.name, key, value, ttl))
  end
  return true, nil, false
end)
dict.safe_set = dict.set

dict.add = storing(function(self, key, value, ttl)
  if settle(3, native.dict_add(self.name, key, value, ttl)) then
    return true, nil, false
  end
  return false, "exists", false
end)
dict.safe_add = dict.add

dict.replace = storing(function(self, key, value, ttl)
  if settle(3, native.dict_replace(self.name, key, value, ttl)) then
    return true, nil, false
  end
  return false, "not found", false
end)

function dict:delete(key)
  local err
  key, err = key_of(key)
  if not key then
    return nil, err
  end
  settle(3, native.dict_delete(self.name, key))
end

function dict:incr(key, value, init, init_ttl)
  local err
  key, err = key_of(key)
  if not key then
    return nil, err
  end
  local new
  new, err = settle(3, native.dict_incr(self.name, key, value, init, init_ttl or 0))
  if new == nil then
    return nil, err
  end
  return new, nil, false
end

function dict:ttl(key)
  return settle(2, native.dict_ttl(self.name, key))
end

function dict:expire(key, ttl)
  if settle(3, native.dict_expire(self.name, key, ttl)) then
    return true
  end
  return nil, "not found"
end

function dict:get_keys(max)
  return settle(2, native.dict_keys(self.name, max or 1024))
end

function dict:flush_all()
  settle(3, native.dict_clear(self.name))
end

function dict:flush_expired()
  return 0
end

-- One that was declared nowhere is made when it is first used.
function dict:capacity()
  native.dict_get(self.name, "-")
  return (settle(2, native.dict_size(self.name)))
end

function dict:free_space()
  local capacity, used = settle(2, native.dict_size(self.name))
  return math.max(0, capacity - used)
end

-- Names that kong.conf makes, and those of nginx_http_lua_shared_dict.
return setmetatable({}, {
  __index = function(self, name)
    local made = setmetatable({ name = name }, dict)
    rawset(self, name, made)
    return made
  end,
})
