-- resty.openssl.hmac
local mac = require("resty.openssl.mac")

local M = { istype = mac.istype }

function M.new(key, digest)
  local made, err = mac.new(key, "HMAC", nil, digest or "sha1")
  if not made then
    return nil, "hmac.new: " .. err
  end
  return made
end

return M
