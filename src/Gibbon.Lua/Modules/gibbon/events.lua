-- kong.worker_events and kong.cluster_events
local G = ...
local native, settle = G.native, G.settle
local type, error = type, error

return function()
  local here = {}
  local worker, cluster = {}, {}

  function worker.register(callback, source, event, ...)
    local entry = { callback = callback, source = source, event = event }
    here[#here + 1] = entry
    return settle(2, native.events_register(source, event, callback))
  end

  function worker.register_weak(callback, source, event)
    return worker.register(callback, source, event)
  end

  function worker.unregister(callback, source, event)
    for i = #here, 1, -1 do
      local entry = here[i]
      if entry.callback == callback and entry.source == source and entry.event == event then
        table.remove(here, i)
      end
    end
    return true
  end

  function worker.post(source, event, data)
    settle(3, native.events_post(source, event, data))
    return "done"
  end

  function worker.post_local(source, event, data)
    for _, entry in ipairs(here) do
      if entry.source == source and (entry.event == nil or entry.event == event) then
        entry.callback(data, event, source, native.worker_id())
      end
    end
    return "done"
  end

  function worker.poll()
    return "done"
  end

  function cluster:subscribe(channel, callback)
    if type(channel) ~= "string" then
      return nil, "channel must be a string"
    end
    if type(callback) ~= "function" then
      return nil, "callback must be a function"
    end
    return settle(2, native.cluster_subscribe(channel, callback))
  end

  function cluster:broadcast(channel, data, delay)
    if type(channel) ~= "string" then
      return nil, "channel must be a string"
    end
    if type(data) ~= "string" then
      return nil, "data must be a string"
    end
    if delay ~= nil and type(delay) ~= "number" then
      return nil, "delay must be a number"
    end
    return settle(2, native.cluster_broadcast(channel, data, delay or 0))
  end

  return worker, cluster
end
