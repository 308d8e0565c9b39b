-- kong.tools.cjson
local G = ...
require("cjson")
local json = G.kong_json()

return {
  array_mt = G.array_mt,
  null = G.null,
  encode = json.encode,
  decode = json.decode,
  new = json.new,
  decode_with_array_mt = json.decode,
  new_array = function()
    return setmetatable({}, G.array_mt)
  end,
}
