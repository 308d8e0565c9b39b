-- ngx.base64
local G = ...

return {
  encode_base64url = function(text)
    if type(text) ~= "string" then
      return nil, "must provide a string"
    end
    return G.native.base64_encode(text, true)
  end,
  decode_base64url = function(text)
    if type(text) ~= "string" then
      return nil, "must provide a string"
    end
    local bytes = G.native.base64_decode(text, true)
    if not bytes then
      return nil, "invalid input"
    end
    return bytes
  end,
}
