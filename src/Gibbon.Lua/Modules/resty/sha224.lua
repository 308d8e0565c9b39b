-- resty.sha224
local digests = require("resty.openssl.digest")

return {
  new = function()
    return digests.new("sha224")
  end,
}
