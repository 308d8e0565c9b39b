-- Light threads: a function in a coroutine of its own beside the one that started it, until it waits.
local G = ...
local native, settle = G.native, G.settle
local select, unpack, ipairs, error, pcall = select, unpack, ipairs, error, pcall

local thread = {}

local function pack(...)
  return { n = select("#", ...), ... }
end

function thread.spawn(f, ...)
  local self = { waiters = {} }
  local n, arguments = select("#", ...), { ... }
  self.number = settle(3, native.spawn(function()
    self.results = pack(pcall(f, unpack(arguments, 1, n)))
    if self.number then
      native.thread_kill(self.number, true)
    end
    for _, gate in ipairs(self.waiters) do
      native.gate_open(gate)
    end
  end))
  return self
end

function thread.wait(...)
  local threads = { ... }
  while true do
    local alive = 0
    for _, one in ipairs(threads) do
      local results = one.results
      if results and not one.waited then
        one.waited = true
        return unpack(results, 1, results.n)
      end
      alive = alive + (one.waited and 0 or 1)
    end
    if alive == 0 then
      return nil, "already waited or killed"
    end
    local gate = native.gate_new()
    for _, one in ipairs(threads) do
      local waiters = one.waiters
      waiters[#waiters + 1] = gate
    end
    settle(3, native.gate_wait(gate))
  end
end

-- Ends a thread that waits: it never goes on.
function thread.kill(one)
  if one.killed or one.waited then
    return nil, "already waited or killed"
  end
  if one.results or not native.thread_kill(one.number or 0) then
    return nil, "already terminated"
  end
  one.killed, one.waited = true, true
  return 1
end

return thread
