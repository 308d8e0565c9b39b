-- kong.tools.gzip
local G = ...

return {
  deflate_gzip = function(text)
    return G.settle(2, G.native.deflate_gzip(text))
  end,
  inflate_gzip = function(text)
    return G.settle(2, G.native.inflate_gzip(text))
  end,
}
