-- resty.openssl.rand
local G = ...
local O = G.own("openssl")

local M = {}

function M.bytes(n, private)
  if type(n) ~= "number" or n < 0 then
    return nil, "rand.bytes: expect a number at #1"
  end
  local buffer = O.bytes(n + 1)
  local f = private and O.C.RAND_priv_bytes or O.C.RAND_bytes
  if f(buffer, n) ~= 1 then
    return nil, O.err("rand.bytes")
  end
  return O.text(buffer, n)
end

return M
