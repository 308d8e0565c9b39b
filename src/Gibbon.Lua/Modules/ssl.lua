-- ssl: LuaSec. A connection of `socket` goes on in TLS.
local M = { _VERSION = "1.3.2" }

local function verifies(option)
  if type(option) == "table" then
    return option[1] ~= nil and option[1] ~= "none"
  end
  return option ~= nil and option ~= "none"
end

function M.wrap(connection, params)
  params = params or {}
  if params.certificate or params.key then
    return nil, "not supported: client certificates of sockets"
  end
  function connection:dohandshake()
    local ok, err = self.sock:sslhandshake(false, self.server_name, verifies(params.verify))
    if not ok then
      return false, err
    end
    return true
  end
  return connection
end

return M
