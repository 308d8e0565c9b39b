-- kong.tools.time
local G = ...
local now, floor = G.native.now, math.floor

return {
  time_ns = function()
    return now() * 1e9
  end,
  get_now_ms = function()
    return now() * 1000
  end,
  get_updated_now_ms = function()
    return now() * 1000
  end,
  get_updated_now = now,
  get_start_time_ms = function()
    return ngx.req.start_time() * 1000
  end,
  get_updated_monotonic_ms = function()
    return now() * 1000
  end,
  -- 1h 30m as nginx means it.
  nginx_conf_time_to_seconds = function(text)
    local factors = { [""] = 1, ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800, M = 2592000, y = 31536000 }
    local total, rest = 0, text
    repeat
      local number, unit, more = rest:match("^%s*(%d+)(%a*)(.*)$")
      if not number or not factors[unit] then
        error("bad argument #1 'str'", 2)
      end
      total, rest = total + tonumber(number) * factors[unit], more
    until not rest:find("%S")
    return floor(total)
  end,
}
