-- kong.tools.uri
local M = {}
local reserved = {}
for char in ("!*'();:@&=+$,/?%#[]"):gmatch(".") do
  reserved[char] = true
end

-- Whatever a URI may not have, in percent signs.
function M.escape(uri)
  return (uri:gsub("[^%w!#$&'()*+,/:;=?@%[%]%-_.~%%]", function(char)
    return ("%%%02X"):format(char:byte())
  end))
end

local function decode(path)
  return (path:gsub("%%(%x%x)", function(hex)
    local char = string.char(tonumber(hex, 16))
    return reserved[char] and "%" .. hex:upper() or char
  end))
end

-- A path without what need not be escaped and without dots; with merge_slashes, without slashes that follow each other.
function M.normalize(path, merge_slashes)
  if path == "" or path == "/" then
    return path
  end
  path = decode(path)
  local is_absolute = path:sub(1, 1) == "/"
  local kept, ends_open = {}, false
  for slash, segment in path:gmatch("(/?)([^/]*)") do
    if slash == "" and segment == "" then
      break
    end
    ends_open = false
    if segment == ".." then
      kept[#kept] = nil
      ends_open = true
    elseif segment == "." then
      ends_open = true
    elseif segment ~= "" or not merge_slashes then
      kept[#kept + 1] = segment
    else
      ends_open = true
    end
  end
  local result = (is_absolute and "/" or "") .. table.concat(kept, "/")
  if ends_open and result:sub(-1) ~= "/" and (#kept > 0 or is_absolute) then
    result = result .. "/"
  end
  return result
end

return M
