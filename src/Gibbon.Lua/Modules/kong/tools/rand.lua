-- kong.tools.rand
local G = ...

return {
  get_rand_bytes = function(n)
    return G.native.random_bytes(n)
  end,
  random_string = function()
    return (ngx.encode_base64(G.native.random_bytes(24)):gsub("/", "a"):gsub("%+", "b"))
  end,
}
