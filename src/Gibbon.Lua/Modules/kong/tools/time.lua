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
    return G.native.request_start_time()
  end,
  get_updated_monotonic_ms = function()
    return now() * 1000
  end,
  nginx_conf_time_to_seconds = function(text)
    local number, unit = text:match("^%s*(%d+)%s*(%a*)%s*$")
    local factors = { [""] = 1, ms = 0.001, s = 1, m = 60, h = 3600, d = 86400, w = 604800, M = 2592000, y = 31536000 }
    return tonumber(number) * factors[unit]
  end,
}
