-- kong.tools.queue: work in batches beside the requests. A batch is tried again, later and later, until its handler succeeds or max_retry_time is over; when a queue
-- is full, the oldest entries give way. One queue per workspace and name in each state.
local semaphores = require("ngx.semaphore")
local type, error, pairs, pcall, tostring, setmetatable, min = type, error, pairs, pcall, tostring, setmetatable, math.min
local format, select, ipairs = string.format, select, ipairs

local Queue = {}
Queue.__index = Queue

local POLL, LEAST_WAIT, ALMOST_FULL = 1.0, 0.05, 0.8
local queues = {}

local function key_of(name)
  return kong.default_workspace .. "." .. name
end

function Queue:log(write, text, ...)
  local line = "[" .. (self.log_tag or "") .. "] queue " .. self.name .. ": " .. (select("#", ...) > 0 and format(text, ...) or text)
  return write(line)
end

function Queue:count()
  return self.back - self.front + 1
end

local function size_of(entry)
  return type(entry) == "string" and #entry or 0
end

local function pop(self)
  local entry = self.entries[self.front]
  self.entries[self.front] = nil
  self.front = self.front + 1
  self.bytes_queued = self.bytes_queued - size_of(entry)
  if self.front > self.back then
    self.front, self.back = 1, 0
  end
  return entry
end

local function drop_oldest(self)
  self.semaphore:wait(0)
  pop(self)
  self.has_dropped = true
end

local function deliver(self, entries)
  local started, tries = ngx.now(), 0
  while true do
    local called, ok, err = pcall(self.handler, self.handler_conf, entries)
    if called and ok == true then
      return
    end
    if not called then
      err = ok
    end
    self:log(kong.log.warn, "handler could not process entries: %s", tostring(err or "no error details returned by handler"))
    if not err then
      self:log(kong.log.err, "handler returned falsy value but no error information")
    end
    if ngx.now() - started > self.max_retry_time then
      return self:log(kong.log.err, "could not send entries due to max_retry_time exceeded. %d queue entries were lost", #entries)
    end
    ngx.sleep(min(self.max_retry_delay, 2 ^ tries * self.initial_retry_delay))
    tries = tries + 1
  end
end

-- Waits for as many entries as make a batch, or as long as may be; at least one is there.
local function next_batch(self)
  if not self.semaphore:wait(0) then
    return nil
  end
  local started, count = ngx.now(), 1
  while count < self.max_batch_size do
    local left = self.max_coalescing_delay - (ngx.now() - started)
    if left < LEAST_WAIT then
      break
    end
    if ngx.worker.exiting() then
      self.max_coalescing_delay = LEAST_WAIT
      left = LEAST_WAIT
    end
    if self.semaphore:wait(min(left, POLL)) then
      count = count + 1
    end
  end
  local batch = {}
  for i = 1, min(count, self:count()) do
    batch[i] = pop(self)
  end
  return batch
end

local function work(_, self)
  while self:count() > 0 do
    local batch = next_batch(self)
    if not batch or #batch == 0 then
      break
    end
    if self.has_dropped then
      self:log(kong.log.info, "queue resumed processing")
      self.has_dropped = false
    end
    deliver(self, batch)
  end
  queues[self.key] = nil
end

local function get(conf, handler, handler_conf)
  local key = key_of(conf.name)
  local known = queues[key]
  if known then
    known.handler_conf = handler_conf
    return known
  end
  local self = setmetatable({
    key = key, handler = handler, handler_conf = handler_conf, semaphore = semaphores.new(0), entries = {}, front = 1, back = 0, bytes_queued = 0,
  }, Queue)
  for name, value in pairs(conf) do
    if value ~= ngx.null then
      self[name] = value
    end
  end
  if self.concurrency_limit == nil then
    self.concurrency_limit = 1
  end
  if self.concurrency_limit == 1 then
    local ok, err = kong.timer:at(0, work, self)
    if not ok then
      return nil, err
    end
    queues[key] = self
  end
  return self
end

local function make_room(self, entry)
  if self:count() >= self.max_entries * ALMOST_FULL then
    if not self.warned then
      self:log(kong.log.warn, "queue at %s%% capacity", ALMOST_FULL * 100)
      self.warned = true
    end
  else
    self.warned = nil
  end
  if self:count() >= self.max_entries then
    self:log(kong.log.err, "queue full, dropping old entries until processing is successful again")
    drop_oldest(self)
  end
  if not self.max_bytes then
    return true
  end
  if type(entry) ~= "string" then
    self:log(kong.log.err, "queuing non-string entry to a queue that has queue.max_bytes set, capacity monitoring will not be correct")
    return true
  end
  if #entry > self.max_bytes then
    local message = format("string to be queued is longer (%d bytes) than the queue's max_bytes (%d bytes)", #entry, self.max_bytes)
    self:log(kong.log.err, message)
    return nil, message
  end
  local dropped = 0
  while self:count() > 0 and self.bytes_queued + #entry > self.max_bytes do
    drop_oldest(self)
    dropped = dropped + 1
  end
  if dropped > 0 then
    self:log(kong.log.err, "byte capacity exceeded, %d queue entries were dropped", dropped)
  end
  return true
end

local function add(self, entry)
  if entry == nil then
    return nil, "entry must be a non-nil Lua value"
  end
  if self.concurrency_limit == -1 then
    local ok, err = kong.timer:at(0, function(premature)
      if not premature then
        deliver(self, { entry })
      end
    end)
    if not ok then
      return nil, "failed to crete timer: " .. err
    end
    return true
  end
  local ok, err = make_room(self, entry)
  if not ok then
    return nil, err
  end
  self.back = self.back + 1
  self.entries[self.back] = entry
  self.bytes_queued = self.bytes_queued + size_of(entry)
  self.semaphore:post(1)
  return true
end

local kinds = {
  { "max_batch_size", "number" }, { "max_coalescing_delay", "number" }, { "max_entries", "number" }, { "max_retry_time", "number" },
  { "initial_retry_delay", "number" }, { "max_retry_delay", "number" },
}

local function check(good, message)
  if not good then
    error(message, 3)
  end
end

function Queue.enqueue(conf, handler, handler_conf, value)
  check(type(conf) == "table", "arg #1 (queue_conf) must be a table")
  check(type(handler) == "function", "arg #2 (handler) must be a function")
  check(handler_conf == nil or type(handler_conf) == "table", "arg #3 (handler_conf) must be a table or nil")
  check(type(conf.name) == "string", "arg #1 (queue_conf) must include a name")
  for _, kind in ipairs(kinds) do
    check(type(conf[kind[1]]) == kind[2], "arg #1 (queue_conf) " .. kind[1] .. " must be a " .. kind[2])
  end
  check(conf.max_bytes == nil or type(conf.max_bytes) == "number", "arg #1 (queue_conf) max_bytes must be a number or nil")
  local queue, err = get(conf, handler, handler_conf)
  if not queue then
    return nil, err
  end
  return add(queue, value)
end

function Queue.exists(name)
  return queues[key_of(name)] ~= nil
end

function Queue.is_full(conf)
  local queue = queues[key_of(conf.name)]
  return queue ~= nil and (queue:count() >= queue.max_entries or queue.max_bytes ~= nil and queue.bytes_queued >= queue.max_bytes)
end

function Queue.can_enqueue(conf, entry)
  local queue = queues[key_of(conf.name)]
  if not queue then
    return true
  end
  if Queue.is_full(conf) then
    return false
  end
  return not queue.max_bytes or type(entry) ~= "string" or queue.bytes_queued + #entry <= queue.max_bytes
end

-- What older configurations call the parameters: the old name, its default, the new name.
local legacy = {
  { "queue_size", 1, "max_batch_size" }, { "flush_timeout", 2, "max_coalescing_delay" }, { "batch_span_count", 200, "max_batch_size" },
  { "batch_flush_delay", 3, "max_coalescing_delay" },
}
local warned = {}

local function warn(name, message)
  local key = name .. "/" .. message
  if ngx.now() - (warned[key] or 0) >= 60 then
    kong.log.warn(message)
    warned[key] = ngx.now()
  end
end

local function is_set(value, default)
  return value ~= nil and value ~= ngx.null and value ~= default
end

function Queue.get_plugin_params(plugin, config, name)
  local conf = config.queue or {}
  local id = kong.plugin.get_id()
  conf.log_tag = plugin .. " plugin " .. tostring(id)
  if config.plugin_instance_name then
    conf.log_tag = conf.log_tag .. " (" .. config.plugin_instance_name .. ")"
  end
  conf.name = conf.name or name or id
  if is_set(config.retry_count, 10) then
    warn(conf.name, "the retry_count parameter no longer works, please update your configuration to use initial_retry_delay and max_retry_time instead")
  end
  for _, names in ipairs(legacy) do
    if is_set(config[names[1]], names[2]) then
      conf[names[3]] = config[names[1]]
      warn(conf.name, "the " .. names[1] .. " parameter is deprecated, please update your configuration to use queue." .. names[3] .. " instead")
    end
  end
  return conf
end

return Queue
