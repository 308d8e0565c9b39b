-- resty.lock: one at a time for each key of a shared dictionary.
local M = {}
local lock = {}
lock.__index = lock

function M:new(dict_name, options)
  local dict = ngx.shared[dict_name]
  if not dict then
    return nil, "dictionary not found"
  end
  options = options or {}
  return setmetatable({
    dict = dict,
    timeout = options.timeout or 5,
    exptime = options.exptime or 30,
    step = options.step or 0.001,
    ratio = options.ratio or 2,
    max_step = options.max_step or 0.5,
  }, lock)
end

function lock:lock(key)
  if not key then
    return nil, "nil key"
  end
  if self.key then
    return nil, "locked"
  end
  local waited, step = 0, self.step
  while not self.dict:add(key, true, self.exptime) do
    if waited >= self.timeout then
      return nil, "timeout"
    end
    step = math.min(step, self.timeout - waited)
    ngx.sleep(step)
    waited = waited + step
    step = math.min(math.max(0.001, step * self.ratio), self.max_step)
  end
  self.key = key
  return waited
end

function lock:unlock()
  if not self.key then
    return nil, "unlocked"
  end
  self.dict:delete(self.key)
  self.key = nil
  return 1
end

function lock:expire(time)
  if not self.key then
    return nil, "unlocked"
  end
  local ok, err = self.dict:replace(self.key, true, time or self.exptime)
  if not ok then
    return nil, err
  end
  return true
end

return M
