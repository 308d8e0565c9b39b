-- Timers: kong.timer, ngx.timer.
local G = ...
local native, settle = G.native, G.settle
local type, error, select, unpack = type, error, select, unpack

local timer = {}

local function work(callback, ...)
  local n, arguments = select("#", ...), { ... }
  return function(premature)
    return callback(premature, unpack(arguments, 1, n))
  end
end

local function check(delay, callback)
  if type(delay) ~= "number" or delay < 0 then
    error("bad argument #1 (delay must be a number that is not negative)", 3)
  end
  if type(callback) ~= "function" then
    error("bad argument #2 (function expected)", 3)
  end
end

function timer:at(delay, callback, ...)
  check(delay, callback)
  return settle(2, native.timer_at(delay, work(callback, ...), false))
end

function timer:every(delay, callback, ...)
  check(delay, callback)
  return settle(2, native.timer_at(delay, work(callback, ...), true))
end

function timer:named_at(name, delay, callback, ...)
  check(delay, callback)
  return settle(2, native.timer_at(delay, work(callback, ...), false, name or native.uuid()))
end

function timer:named_every(name, delay, callback, ...)
  check(delay, callback)
  return settle(2, native.timer_at(delay, work(callback, ...), true, name or native.uuid()))
end

function timer:cancel(name)
  return settle(2, native.timer_cancel(name))
end

return timer
