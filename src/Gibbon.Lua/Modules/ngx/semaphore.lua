-- ngx.semaphore
local G = ...
local native, settle = G.native, G.settle
local M = {}
local semaphore = {}
semaphore.__index = semaphore

function M.new(n)
  n = n or 0
  if n < 0 then
    error("no negative number", 2)
  end
  return setmetatable({ left = n, waiting = {} }, semaphore)
end

function semaphore:post(n)
  for _ = 1, n or 1 do
    local opened = false
    while #self.waiting > 0 and not opened do
      opened = native.gate_open(table.remove(self.waiting, 1))
    end
    if not opened then
      self.left = self.left + 1
    end
  end
  return true
end

function semaphore:wait(seconds)
  if self.left > 0 then
    self.left = self.left - 1
    return true
  end
  if not seconds or seconds <= 0 then
    return nil, "timeout"
  end
  local gate = native.gate_new()
  self.waiting[#self.waiting + 1] = gate
  if settle(3, native.gate_wait(gate, seconds)) then
    return true
  end
  return nil, "timeout"
end

function semaphore:count()
  return self.left - #self.waiting
end

return M
