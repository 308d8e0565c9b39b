-- ssl.https: LuaSec's client. As there, the server's certificate is verified only if `verify` says so.
local G = ...
require("socket.http")
local M = { TIMEOUT = 60, PORT = 443 }

local function verifies(option)
  if type(option) == "table" then
    for _, word in ipairs(option) do
      if word == "peer" then
        return true
      end
    end
    return false
  end
  return option ~= nil and option ~= "none" and option ~= false
end

function M.request(request, body)
  local options = { timeout = M.TIMEOUT, scheme = "https" }
  if type(request) == "table" then
    options.verify, options.server_name = verifies(request.verify), request.server_name
  end
  return G.luasocket_request(request, body, options)
end

return M
