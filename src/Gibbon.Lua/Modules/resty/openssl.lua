-- resty.openssl: all of it under one name.
local M = { _VERSION = "1.5.1" }
local parts = {
  bn = "bn", cipher = "cipher", digest = "digest", hmac = "hmac", kdf = "kdf", mac = "mac", objects = "objects", pkey = "pkey", rand = "rand",
  version = "version", x509 = "x509", name = "x509.name", altname = "x509.altname", chain = "x509.chain", extension = "x509.extension", store = "x509.store",
}

function M.load_modules()
  for name, module in pairs(parts) do
    M[name] = require("resty.openssl." .. module)
  end
end
M.load_library = M.load_modules

function M.get_fips_mode()
  return false
end

return setmetatable(M, {
  __index = function(self, name)
    if parts[name] then
      local loaded = require("resty.openssl." .. parts[name])
      rawset(self, name, loaded)
      return loaded
    end
    return nil
  end,
})
