-- resty.random
local G = ...

return {
  bytes = function(n)
    return G.native.random_bytes(n)
  end,
  number = function(from, to)
    local a, b, c, d = G.native.random_bytes(4):byte(1, 4)
    return from + (a * 16777216 + b * 65536 + c * 256 + d) % (to - from + 1)
  end,
}
