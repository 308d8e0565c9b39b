-- kong.tools.system
local path = require("pl.path")
local M = {}
local places = {
  "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

function M.get_system_infos()
  return { cores = ngx.worker.count(), uname = jit.os .. " " .. jit.arch }
end

function M.get_system_trusted_certs_filepath()
  for _, place in ipairs(places) do
    if path.exists(place) then
      return place
    end
  end
  return nil, "Could not find trusted certs file in any of the `system`-predefined locations. Please install a certs file there or set "
    .. "`lua_ssl_trusted_certificate` to a specific file path instead of `system`"
end

return M
