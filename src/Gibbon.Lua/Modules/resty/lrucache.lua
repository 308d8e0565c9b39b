-- resty.lrucache: so many items, of which the one that was used least recently gives way.
local M = {}
local cache = {}
cache.__index = cache

-- The items are a ring: after the anchor the most recent, before it the oldest.
local function unlink(item)
  item.before.after, item.after.before = item.after, item.before
end

local function link(anchor, item)
  item.before, item.after = anchor, anchor.after
  anchor.after.before = item
  anchor.after = item
end

function M.new(size)
  if size < 1 then
    return nil, "size too small"
  end
  local anchor = {}
  anchor.before, anchor.after = anchor, anchor
  return setmetatable({ size = size, used = 0, items = {}, anchor = anchor }, cache)
end

function cache:get(key)
  local item = self.items[key]
  if not item then
    return nil
  end
  unlink(item)
  link(self.anchor, item)
  if item.until_time and item.until_time <= ngx.now() then
    return nil, item.value, item.flags
  end
  return item.value, nil, item.flags
end

function cache:set(key, value, ttl, flags)
  local item = self.items[key]
  if item then
    unlink(item)
  else
    if self.used >= self.size then
      local oldest = self.anchor.before
      unlink(oldest)
      self.items[oldest.key] = nil
    else
      self.used = self.used + 1
    end
    item = { key = key }
    self.items[key] = item
  end
  item.value, item.flags = value, flags or 0
  item.until_time = ttl and ngx.now() + ttl or nil
  link(self.anchor, item)
end

function cache:delete(key)
  local item = self.items[key]
  if not item then
    return false
  end
  unlink(item)
  self.items[key] = nil
  self.used = self.used - 1
  return true
end

function cache:count()
  return self.used
end

function cache:capacity()
  return self.size
end

function cache:get_keys(max, result)
  result = result or {}
  local item, n = self.anchor.after, 0
  while item ~= self.anchor and (not max or max == 0 or n < max) do
    n = n + 1
    result[n] = item.key
    item = item.after
  end
  return result
end

function cache:flush_all()
  self.items, self.used = {}, 0
  self.anchor.before, self.anchor.after = self.anchor, self.anchor
end

return M
