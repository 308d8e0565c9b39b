-- ngx.errlog
local G = ...
local native = G.native
local levels = { [0] = "stderr", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug" }

local M = {}

function M.get_sys_filter_level()
  for level = 8, 1, -1 do
    if native.log_enabled(level) then
      return level
    end
  end
  return 0
end

function M.raw_log(level, text)
  if native.log_enabled(level) then
    native.log_write(level, text, "", 0, nil)
  end
end

function M.set_filter_level()
  return nil, "the error log is not captured"
end

function M.get_logs()
  return {}
end

return M
