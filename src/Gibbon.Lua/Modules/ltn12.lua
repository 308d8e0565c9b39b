-- ltn12: sources that give pieces of text, sinks that take them, filters between them, and pumps.
local M = { _VERSION = "LTN12 1.0.3", BLOCKSIZE = 2048, filter = {}, source = {}, sink = {}, pump = {} }
local filter, source, sink, pump = M.filter, M.source, M.sink, M.pump

-- A filter of a function that keeps a context between its calls.
function filter.cycle(low, ctx, extra)
  return function(chunk)
    local result
    result, ctx = low(ctx, chunk, extra)
    return result
  end
end

function filter.chain(...)
  local filters = { ... }
  return function(chunk)
    local result = chunk
    for at = 1, #filters do
      result = filters[at](result)
    end
    if chunk == nil and result == "" then
      return nil
    end
    return result
  end
end

function source.empty()
  return function()
    return nil
  end
end

function source.error(err)
  return function()
    return nil, err
  end
end

function source.string(text)
  if not text then
    return source.empty()
  end
  local at = 1
  return function()
    local chunk = text:sub(at, at + M.BLOCKSIZE - 1)
    at = at + M.BLOCKSIZE
    return chunk ~= "" and chunk or nil
  end
end

function source.table(t)
  local at = 0
  return function()
    at = at + 1
    return t[at]
  end
end

function source.file(handle, err)
  if not handle then
    return source.error(err or "unable to open file")
  end
  return function()
    local chunk = handle:read(M.BLOCKSIZE)
    if not chunk then
      handle:close()
    end
    return chunk
  end
end

function source.simplify(from)
  return function()
    local chunk, next_or_err = from()
    from = type(next_or_err) == "function" and next_or_err or from
    if not chunk then
      return nil, type(next_or_err) ~= "function" and next_or_err or nil
    end
    return chunk
  end
end

function source.rewind(from)
  local back = {}
  return function(chunk)
    if chunk then
      back[#back + 1] = chunk
      return nil
    end
    if #back > 0 then
      return table.remove(back)
    end
    return from()
  end
end

-- What a source gives, passed through a filter, which may have something left at the end.
function source.chain(from, through)
  local is_over, pending = false, nil
  return function()
    while true do
      if pending then
        local chunk = pending
        pending = nil
        if chunk ~= "" then
          return chunk
        end
      end
      if is_over then
        return nil
      end
      local chunk, err = from()
      if err then
        return nil, err
      end
      is_over = chunk == nil
      pending = through(chunk)
      if is_over and (pending == nil or pending == "") then
        return nil
      end
    end
  end
end

function source.cat(...)
  local sources, at = { ... }, 1
  return function()
    while sources[at] do
      local chunk, err = sources[at]()
      if chunk then
        return chunk
      end
      if err then
        return nil, err
      end
      at = at + 1
    end
    return nil
  end
end

function sink.null()
  return function()
    return 1
  end
end

function sink.error(err)
  return function()
    return nil, err
  end
end

function sink.table(t)
  t = t or {}
  return function(chunk)
    if chunk then
      t[#t + 1] = chunk
    end
    return 1
  end, t
end

function sink.file(handle, err)
  if not handle then
    return sink.error(err or "unable to open file")
  end
  return function(chunk)
    if chunk then
      return handle:write(chunk)
    end
    handle:close()
    return 1
  end
end

function sink.simplify(into)
  return function(chunk, err)
    local ok, next_or_err = into(chunk, err)
    if not ok then
      return nil, next_or_err
    end
    into = type(next_or_err) == "function" and next_or_err or into
    return 1
  end
end

function sink.chain(through, into)
  return function(chunk, err)
    local filtered = through(chunk)
    if chunk ~= "" and filtered == "" then
      return 1
    end
    if filtered ~= nil then
      local ok, problem = into(filtered, err)
      if not ok then
        return nil, problem
      end
    end
    if chunk == nil then
      return into(nil, err)
    end
    return 1
  end
end

function pump.step(from, into)
  local chunk, err = from()
  local ok, problem = into(chunk, err)
  if chunk and ok then
    return 1
  end
  return nil, err or problem
end

function pump.all(from, into, step)
  step = type(step) == "function" and step or pump.step
  while true do
    local ok, err = step(from, into)
    if not ok then
      if err then
        return nil, err
      end
      return 1
    end
  end
end

return M
