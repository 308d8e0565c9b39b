-- resty.string
local G = ...

return {
  to_hex = function(bytes)
    return G.native.hex(bytes)
  end,
  atoi = function(text)
    return tonumber(tostring(text):match("^%s*(-?%d+)")) or 0
  end,
}
