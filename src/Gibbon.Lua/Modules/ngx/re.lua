-- ngx.re
local M = {}

-- The parts of a text between matches.
function M.split(subject, pattern, options, ctx, max, target)
  local parts, at = target or {}, ctx and ctx.pos or 1
  local n = 0
  if subject == "" then
    return parts
  end
  while at <= #subject and not (max and max > 0 and n + 1 >= max) do
    local place = { pos = at }
    local found, err = ngx.re.match(subject, pattern, options, place)
    if err then
      return nil, err
    end
    if not found then
      break
    end
    local from = place.pos - #found[0]
    if #found[0] == 0 then
      from = at + 1
      if from > #subject then
        break
      end
      n = n + 1
      parts[n] = subject:sub(at, from - 1)
      at = from
    else
      n = n + 1
      parts[n] = subject:sub(at, from - 1)
      for i = 1, #found do
        n = n + 1
        parts[n] = found[i] or ""
      end
      at = place.pos
    end
  end
  if at <= #subject then
    parts[n + 1] = subject:sub(at)
  elseif pattern ~= "" then
    parts[n + 1] = n > 0 and "" or nil
  end
  while parts[#parts] == "" and not (max and max > 0) do
    parts[#parts] = nil
  end
  return parts
end

function M.opt() end

return M
