-- A plugin's own coroutines and the host's do not meet: when something inside of a plugin's coroutine waits, the wait goes through to
-- the host, and what it is resumed with comes back to the place that waited.
local G = ...
local WAITING, EXIT = select(3, G.native.marks()), select(5, G.native.marks())
local resume, yield, create, status = coroutine.resume, coroutine.yield, coroutine.create, coroutine.status
local error, type = error, type

local function continue(co, ok, first, ...)
  if ok and (first == WAITING or first == EXIT) then
    return continue(co, resume(co, yield(first)))
  end
  return ok, first, ...
end

function coroutine.resume(co, ...)
  return continue(co, resume(co, ...))
end

local function unwrap(ok, first, ...)
  if ok then
    return first, ...
  end
  return error(first, type(first) == "string" and 0 or nil)
end

function coroutine.wrap(f)
  local co = create(f)
  return function(...)
    if status(co) == "dead" then
      error("cannot resume dead coroutine", 2)
    end
    return unwrap(continue(co, resume(co, ...)))
  end
end
