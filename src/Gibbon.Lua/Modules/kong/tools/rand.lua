-- kong.tools.rand
local G = ...

local M = {}

function M.get_rand_bytes(n)
  return G.native.random_bytes(n)
end

-- 32 letters and digits.
function M.random_string()
  return (ngx.encode_base64(G.native.random_bytes(24)):gsub("[/+]", function(char)
    local from = char == "/" and 65 or 97
    return string.char(from + G.native.random_bytes(1):byte() % 26)
  end))
end

return M
