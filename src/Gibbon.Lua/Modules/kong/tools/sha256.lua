-- kong.tools.sha256
local G = ...

local function bin(text)
  return G.native.hash("sha256", text)
end

return {
  sha256_bin = bin,
  sha256_hex = function(text)
    return G.native.hex(bin(text))
  end,
  sha256_base64 = function(text)
    return ngx.encode_base64(bin(text))
  end,
  sha256_base64url = function(text)
    return G.native.base64_encode(bin(text), true)
  end,
}
