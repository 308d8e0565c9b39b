-- kong.tools.timestamp
local G = ...

local function utc()
  return math.floor(G.native.now() * 1000)
end

local function timetable(seconds)
  local t = os.date("!*t", math.floor(seconds))
  return t
end

-- The beginnings of the periods that a time is in, in milliseconds.
local function timestamps(now)
  local t = timetable((now or utc()) / 1000)
  local function begin(fields)
    local at = { year = t.year, month = 1, day = 1, hour = 0, min = 0, sec = 0 }
    for _, field in ipairs(fields) do
      at[field] = t[field]
    end
    at.isdst = false
    local here = os.time(at)
    local shift = os.difftime(here, os.time(os.date("!*t", here)))
    return (here + shift) * 1000
  end
  return {
    second = begin({ "month", "day", "hour", "min", "sec" }),
    minute = begin({ "month", "day", "hour", "min" }),
    hour = begin({ "month", "day", "hour" }),
    day = begin({ "month", "day" }),
    month = begin({ "month" }),
    year = begin({}),
  }
end

return { get_utc = utc, get_utc_ms = utc, get_timetable = timetable, get_timestamps = timestamps }
