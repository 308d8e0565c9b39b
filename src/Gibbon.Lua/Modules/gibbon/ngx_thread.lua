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
  settle(3, native.spawn(function()
    self.results = pack(pcall(f, unpack(arguments, 1, n)))
    for _, gate in ipairs(self.waiters) do
      native.gate_open(gate)
    end
  end))
  return self
end

function thread.wait(...)
  local threads = { ... }
  while true do
    for _, one in ipairs(threads) do
      local results = one.results
      if results and not one.waited then
        one.waited = true
        return unpack(results, 1, results.n)
      end
    end
    local gate = native.gate_new()
    for _, one in ipairs(threads) do
      local waiters = one.waiters
      waiters[#waiters + 1] = gate
    end
    settle(3, native.gate_wait(gate))
  end
end

function thread.kill(one)
  if one.results then
    return nil, "already terminated"
  end
  return nil, "a thread that waits ends with its request"
end

return thread
