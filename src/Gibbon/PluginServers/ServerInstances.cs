using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginServers.Wire;

namespace Gibbon.PluginServers;

/// <summary>A configuration that a server knows: by which number, and which process it is that knows.</summary>
internal readonly record struct ServerInstance(long Id, int Process);

/// <summary>Which configurations of a plugin its server has been told of. One that is not known yet is told when a request first needs it.</summary>
internal sealed class ServerInstances(ServerProtocol protocol, string plugin)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Servers in Go take this number for the id, so that no two configurations may have the same, of whichever gateway they are.
    private static int s_sequence = RandomNumberGenerator.GetInt32(1, 1 << 30);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, TaskCompletionSource<ServerInstance>> _running = new(ReferenceEqualityComparer.Instance);

    /// <summary>The instance of a configuration.</summary>
    public async ValueTask<ServerInstance> GetAsync(PluginInstance place, object config)
    {
        TaskCompletionSource<ServerInstance>? mine = null;
        TaskCompletionSource<ServerInstance>? known;
        lock (_lock)
        {
            if (!_running.TryGetValue(config, out known))
            {
                _running[config] = known = mine = new TaskCompletionSource<ServerInstance>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (known.Task.IsCompletedSuccessfully)
        {
            return await known.Task.ConfigureAwait(false);
        }

        if (mine is null)
        {
            try
            {
                return await known.Task.WaitAsync(Patience).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                Forget(config, known);
                throw new ServerException($"Could not claim instance_id for {plugin} (key: {place.Id})");
            }
        }

        await StartAsync(mine, place, config).ConfigureAwait(false);
        return await mine.Task.ConfigureAwait(false);
    }

    /// <summary>Forgets all: the server does not know them any more.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _running.Clear();
        }
    }

    /// <summary>Closes what is none of these configurations.</summary>
    public async ValueTask KeepAsync(IReadOnlyList<object> configs)
    {
        HashSet<object> wanted = new(configs, ReferenceEqualityComparer.Instance);
        List<TaskCompletionSource<ServerInstance>> over = [];
        lock (_lock)
        {
            foreach ((object config, TaskCompletionSource<ServerInstance> known) in _running)
            {
                if (!wanted.Contains(config))
                {
                    over.Add(known);
                    _running.Remove(config);
                }
            }
        }

        foreach (TaskCompletionSource<ServerInstance> known in over)
        {
            try
            {
                await protocol.CloseAsync(await known.Task.ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (ServerException)
            {
                // A server that has been started anew does not know it, one that is gone has closed everything.
            }
        }
    }

    private async ValueTask StartAsync(TaskCompletionSource<ServerInstance> mine, PluginInstance place, object config)
    {
        try
        {
            mine.SetResult(await protocol.StartAsync(plugin, ConfigFor(place, config)).ConfigureAwait(false));
        }
        catch (Exception failure)
        {
            Forget(config, mine);
            mine.SetException(failure);
        }
    }

    private void Forget(object config, TaskCompletionSource<ServerInstance> known)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(config, out TaskCompletionSource<ServerInstance>? now) && now == known)
            {
                _running.Remove(config);
            }
        }
    }

    // What plugins get of Kong: the fields that have a value, and where the configuration is attached.
    private static byte[] ConfigFor(PluginInstance place, object config)
    {
        ValueMap all = WithoutNulls(config as ValueMap ?? []);
        all["__seq__"] = (long)Interlocked.Increment(ref s_sequence);
        all["__plugin_id"] = place.Id.ToString();
        all["__ws_id"] = place.WorkspaceId.ToString();
        all["__key__"] = place.CacheKey;
        Add(all, "route_id", place.RouteId);
        Add(all, "service_id", place.ServiceId);
        Add(all, "consumer_id", place.ConsumerId);
        if (place.InstanceName is { } name)
        {
            all["plugin_instance_name"] = name;
        }

        return ValueJson.Write(all);
    }

    private static void Add(ValueMap map, string name, Guid? id)
    {
        if (id is { } value)
        {
            map[name] = value.ToString();
        }
    }

    private static ValueMap WithoutNulls(ValueMap map)
    {
        var copy = new ValueMap(map.Count + 8);
        foreach ((string name, object? value) in map)
        {
            if (value is not null)
            {
                copy[name] = value is ValueMap inner ? WithoutNulls(inner) : value;
            }
        }

        return copy;
    }
}
