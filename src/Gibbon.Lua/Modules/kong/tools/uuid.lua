-- kong.tools.uuid
local G = ...
local hex = "%x"
local shape = "^" .. hex:rep(8) .. "%-" .. hex:rep(4) .. "%-" .. hex:rep(4) .. "%-" .. hex:rep(4) .. "%-" .. hex:rep(12) .. "$"

return {
  uuid = G.native.uuid,
  is_valid_uuid = function(text)
    return type(text) == "string" and #text == 36 and text:find(shape) ~= nil
  end,
}
