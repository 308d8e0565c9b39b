-- date: dates and times. Inside, seconds since 1970 by the clock on the wall; `bias` is how many seconds that clock is behind UTC, nil for UTC.
local floor = math.floor
local M = {}
local date = {}
date.__index = date

local months = { jan = 1, feb = 2, mar = 3, apr = 4, may = 5, jun = 6, jul = 7, aug = 8, sep = 9, oct = 10, nov = 11, dec = 12 }
local month_names = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" }
local day_names = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }

-- Days since 1970 of a date of the Gregorian calendar, and back.
local function to_days(year, month, day)
  year = year + floor((month - 1) / 12)
  month = (month - 1) % 12 + 1
  local y = month <= 2 and year - 1 or year
  local era = floor(y / 400)
  local of_era = y - era * 400
  local of_year = floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146097 + of_era * 365 + floor(of_era / 4) - floor(of_era / 100) + of_year - 719468
end

local function from_days(days)
  days = days + 719468
  local era = floor(days / 146097)
  local of_era = days - era * 146097
  local year = floor((of_era - floor(of_era / 1460) + floor(of_era / 36524) - floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year + floor(year / 4) - floor(year / 100))
  local m = floor((5 * of_year + 2) / 153)
  local month = m < 10 and m + 3 or m - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, of_year - floor((153 * m + 2) / 5) + 1
end

local function new(seconds)
  return setmetatable({ seconds = seconds }, date)
end

local function is_date(value)
  return getmetatable(value) == date
end

-- How many seconds the local clock is ahead of UTC at a time of UTC.
local function ahead(utc)
  local t = os.date("!*t", floor(utc))
  t.isdst = false
  local here = os.date("*t", floor(utc))
  return to_days(here.year, here.month, here.day) * 86400 + here.hour * 3600 + here.min * 60 + here.sec
    - (to_days(t.year, t.month, t.day) * 86400 + t.hour * 3600 + t.min * 60 + t.sec)
end

local function of(year, month, day, hour, min, sec, ticks)
  return to_days(year, month or 1, 1) * 86400 + ((day or 1) - 1) * 86400 + (hour or 0) * 3600 + (min or 0) * 60 + (sec or 0) + (ticks or 0) / 1000000
end

local function zone_of(text)
  if text:find("^%s*[zZ]%s*$") or text:find("^%s*[GU][MT][TC]%s*$") then
    return 0
  end
  local sign, hours, minutes = text:match("^%s*([%+%-])(%d%d):?(%d?%d?)%s*$")
  if sign then
    return (tonumber(hours) * 3600 + (tonumber(minutes) or 0) * 60) * (sign == "+" and 1 or -1)
  end
  return nil
end

local function time_of(text)
  local hour, min, rest = text:match("^[tT%s]*(%d%d?):(%d%d)(.*)$")
  if not hour then
    hour, min, rest = text:match("^[tT%s]*(%d%d)(%d%d)(.*)$")
  end
  if not hour then
    return 0, text
  end
  local sec, after = rest:match("^:?(%d%d%.?%d*)(.*)$")
  local half, later = (after or rest):match("^%s*([aApP])%.?[mM]%.?(.*)$")
  hour = tonumber(hour)
  if half then
    hour = hour % 12 + (half:lower() == "p" and 12 or 0)
  end
  return hour * 3600 + tonumber(min) * 60 + (tonumber(sec) or 0), later or after or rest
end

local function parse(text)
  local year, month, day, rest = text:match("^%s*(%d%d%d%d)%-(%d%d?)%-(%d%d?)(.*)$")
  if not year then
    year, month, day, rest = text:match("^%s*(%d%d%d%d)(%d%d)(%d%d)(.*)$")
  end
  if not year then
    year, month, day, rest = text:match("^%s*(%d%d%d%d)/(%d%d?)/(%d%d?)(.*)$")
  end
  if not year then
    month, day, year, rest = text:match("^%s*(%d%d?)/(%d%d?)/(%d%d%d%d)(.*)$")
  end
  if not year then
    local name
    day, name, year, rest = text:match("^%s*%a*,?%s*(%d%d?)[%s%-](%a%a%a)%a*[%s%-](%d%d%d%d)(.*)$")
    month = name and months[name:lower()]
    if not year then
      local clock
      name, day, clock, year = text:match("^%s*%a%a%a%s+(%a%a%a)%s+(%d%d?)%s+([%d:]+)%s+(%d%d%d%d)%s*$")
      month, rest = name and months[name:lower()], clock
    end
  end
  if not year or not month then
    return nil
  end
  local seconds, zone = time_of(rest)
  local offset = zone_of(zone)
  if not offset and zone:find("%S") then
    return nil
  end
  local made = new(of(tonumber(year), tonumber(month), tonumber(day)) + seconds - (offset or 0))
  return made
end

-- date(), date(text), date(seconds), date(table), date(year, month, day, hour, minute, second, ticks), date(true) for now in UTC
local function construct(first, second, ...)
  if first == nil then
    local now = ngx.now()
    return new(now + ahead(now))
  end
  if first == true or first == false then
    local now = ngx.now()
    return new(first and now or now + ahead(now))
  end
  if is_date(first) then
    return first:copy()
  end
  if type(first) == "number" and second == nil then
    return new(first)
  end
  if type(first) == "table" then
    return new(of(first.year or 1970, first.month, first.day, first.hour, first.min, first.sec, first.ticks))
  end
  if type(first) == "string" then
    local made = parse(first)
    if not made then
      error("invalid date value " .. first, 3)
    end
    return made
  end
  return new(of(first, type(second) == "string" and months[second:sub(1, 3):lower()] or second, ...))
end

local function to_date(value)
  return is_date(value) and value or construct(value)
end

function date:copy() return new(self.seconds) end

function date:getdate() return from_days(floor(self.seconds / 86400)) end
function date:getyear() return (self:getdate()) end
function date:getmonth() return (select(2, self:getdate())) end
function date:getday() return (select(3, self:getdate())) end
function date:gethours() return floor(self.seconds / 3600) % 24 end
function date:getminutes() return floor(self.seconds / 60) % 60 end
function date:getseconds() return floor(self.seconds) % 60 end
function date:getticks() return floor((self.seconds - floor(self.seconds)) * 1000000 + 0.5) end
function date:getfracsec() return self.seconds % 60 end
function date:gettime() return self:gethours(), self:getminutes(), self:getseconds(), self:getticks() end
function date:getweekday() return (floor(self.seconds / 86400) + 4) % 7 + 1 end
function date:getisoweekday() return (floor(self.seconds / 86400) + 3) % 7 + 1 end
function date:getyearday() return floor(self.seconds / 86400) - to_days(self:getyear(), 1, 1) + 1 end
function date:getweeknumber() return floor((self:getyearday() + 6 - (self:getweekday() - 1)) / 7) end

function date:getisoyear()
  local thursday = new(self.seconds + (4 - self:getisoweekday()) * 86400)
  return thursday:getyear()
end

function date:getisoweeknumber()
  local thursday = new(self.seconds + (4 - self:getisoweekday()) * 86400)
  return floor((thursday:getyearday() - 1) / 7) + 1
end

function date:getclockhour()
  local hour = self:gethours() % 12
  return hour == 0 and 12 or hour
end

function date:setyear(year, month, day)
  local _, m, d = self:getdate()
  self.seconds = of(year or self:getyear(), month or m, day or d) + self.seconds % 86400
  return self
end

function date:setmonth(month, day) return self:setyear(nil, month, day) end
function date:setday(day) return self:setyear(nil, nil, day) end

function date:sethours(hour, min, sec, ticks)
  local h, m, s, t = self:gettime()
  self.seconds = floor(self.seconds / 86400) * 86400 + (hour or h) * 3600 + (min or m) * 60 + (sec or s) + (ticks or t) / 1000000
  return self
end

function date:setminutes(min, sec, ticks) return self:sethours(nil, min, sec, ticks) end
function date:setseconds(sec, ticks) return self:sethours(nil, nil, sec, ticks) end
function date:setticks(ticks) return self:sethours(nil, nil, nil, ticks) end

function date:addmonths(n)
  local year, month, day = self:getdate()
  local last = select(3, from_days(to_days(year, month + n + 1, 1) - 1))
  self.seconds = of(year, month + n, math.min(day, last)) + self.seconds % 86400
  return self
end

function date:addyears(n) return self:addmonths(n * 12) end

for name, size in pairs({ days = 86400, hours = 3600, minutes = 60, seconds = 1, ticks = 0.000001 }) do
  date["add" .. name] = function(self, n)
    self.seconds = self.seconds + n * size
    return self
  end
  date["span" .. name] = function(self)
    return self.seconds / size
  end
end

function date:tolocal()
  self.seconds = self.seconds + ahead(self.seconds)
  return self
end

function date:toutc()
  self.seconds = self.seconds - ahead(self.seconds)
  return self
end

function date:getbias() return -ahead(self.seconds) / 60 end

local codes = {
  a = function(d) return day_names[d:getweekday()]:sub(1, 3) end,
  A = function(d) return day_names[d:getweekday()] end,
  b = function(d) return month_names[d:getmonth()]:sub(1, 3) end,
  B = function(d) return month_names[d:getmonth()] end,
  C = function(d) return ("%.2d"):format(floor(d:getyear() / 100)) end,
  d = function(d) return ("%.2d"):format(d:getday()) end,
  G = function(d) return ("%.4d"):format(d:getisoyear()) end,
  H = function(d) return ("%.2d"):format(d:gethours()) end,
  I = function(d) return ("%.2d"):format(d:getclockhour()) end,
  j = function(d) return ("%.3d"):format(d:getyearday()) end,
  m = function(d) return ("%.2d"):format(d:getmonth()) end,
  M = function(d) return ("%.2d"):format(d:getminutes()) end,
  p = function(d) return d:gethours() < 12 and "AM" or "PM" end,
  S = function(d) return ("%.2d"):format(d:getseconds()) end,
  u = function(d) return tostring(d:getisoweekday()) end,
  U = function(d) return ("%.2d"):format(d:getweeknumber()) end,
  V = function(d) return ("%.2d"):format(d:getisoweeknumber()) end,
  w = function(d) return tostring(d:getweekday() - 1) end,
  y = function(d) return ("%.2d"):format(d:getyear() % 100) end,
  Y = function(d) return ("%.4d"):format(d:getyear()) end,
  z = function() return "+0000" end,
  Z = function() return "GMT" end,
  ["\b"] = function(d) return (d:getyear() > 0 and "" or "BCE") end,
  ["\f"] = function(d) return ("%09.6f"):format(d:getfracsec()) end,
  ["%"] = function() return "%" end,
}
local longer = {
  D = "%m/%d/%y", F = "%Y-%m-%d", h = "%b", R = "%H:%M", r = "%I:%M:%S %p", T = "%H:%M:%S", c = "%a %b %d %H:%M:%S %Y", x = "%m/%d/%y", X = "%H:%M:%S",
}
local named = {
  iso = "%Y-%m-%dT%T", http = "%a, %d %b %Y %T GMT", rfc850 = "%A, %d-%b-%y %T GMT", rfc1123 = "%a, %d %b %Y %T GMT", rfc1036 = "%a, %d %b %y %T GMT",
  asctime = "%a %b %d %T %Y",
}
named["${iso}"], named["${http}"], named["${rfc850}"], named["${rfc1123}"], named["${rfc1036}"], named["${asctime}"] =
  named.iso, named.http, named.rfc850, named.rfc1123, named.rfc1036, named.asctime

function date:fmt(format)
  format = named[format] or format or "%x %X"
  format = format:gsub("%%(%a)", function(code)
    return longer[code]
  end)
  return (format:gsub("%%(.)", function(code)
    local f = codes[code]
    return f and f(self) or "%" .. code
  end))
end

date.__tostring = function(self) return self:fmt("%Y-%m-%d %H:%M:%S") end
date.__eq = function(a, b) return a.seconds == b.seconds end
date.__lt = function(a, b) return to_date(a).seconds < to_date(b).seconds end
date.__le = function(a, b) return to_date(a).seconds <= to_date(b).seconds end
date.__add = function(a, b) return new(to_date(a).seconds + to_date(b).seconds) end
date.__sub = function(a, b) return new(to_date(a).seconds - to_date(b).seconds) end
date.__concat = function(a, b) return tostring(a) .. tostring(b) end

function M.diff(a, b) return to_date(a) - to_date(b) end
function M.epoch() return new(0) end
function M.isodate(year, week, day) return new((to_days(year, 1, 4) - (to_days(year, 1, 4) + 3) % 7 + ((week or 1) - 1) * 7 + (day or 1) - 1) * 86400) end
function M.isleapyear(year)
  year = is_date(year) and year:getyear() or year
  return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
end

return setmetatable(M, {
  __call = function(_, ...)
    return construct(...)
  end,
})
