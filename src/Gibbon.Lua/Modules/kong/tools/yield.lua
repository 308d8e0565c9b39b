-- kong.tools.yield
local M = {}
local waiting = { rewrite = true, server_rewrite = true, access = true, content = true, timer = true, ssl_client_hello = true, ssl_certificate = true,
  ssl_session_fetch = true, preread = true }
local left = 1000

function M.in_yieldable_phase(phase)
  return waiting[phase or ngx.get_phase()]
end

-- Lets others have a turn; in a loop, only now and then.
function M.yield(in_loop, phase)
  if not M.in_yieldable_phase(phase) then
    return
  end
  if in_loop then
    left = left - 1
    if left > 0 then
      return
    end
    left = 1000
  end
  ngx.sleep(0)
end

return M
