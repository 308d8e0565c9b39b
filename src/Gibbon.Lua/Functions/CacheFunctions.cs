using System.Collections.Concurrent;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>
/// <c>kong.cache</c>: values that all states share lie in the node's cache, as data; each state keeps the table that it made of it, which is the same for as long as the
/// value is. Loading is up to the Lua around it, which holds the key's lock meanwhile.
/// </summary>
internal static class CacheFunctions
{
    private static readonly ConcurrentDictionary<(INodeCache Cache, string Key), SemaphoreSlim> Locks = new();

    private static long stamps;

    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("cache_probe", static call => Probe(call)),
        new("cache_value", static call => ReadValue(call)),
        new("cache_set", static call => Set(call)),
        new("cache_lock", static call => Lock(call)),
        new("cache_unlock", static call => Unlock(call)),
        new("cache_invalidate", static call => ResponseFunctions.Done(call, c => Cache(c).Invalidate(c.Text(1)))),
        new("cache_invalidate_local", static call => ResponseFunctions.Done(call, c => Cache(c).InvalidateLocal(c.Text(1)))),
        new("cache_purge", static call => ResponseFunctions.Done(call, c => Cache(c).Purge())),
    ];

    private sealed record Shared(object? Value, long Stamp);

    private static INodeCache Cache(LuaCall call) => NodeFunctions.Host(call).Cache;

    // cache_probe(key): the stamp of the value and how long it is still kept; the stamp is 0 for the knowledge that there is none, nil for no knowledge.
    private static int Probe(LuaCall call)
    {
        if (!Cache(call).Probe(call.Text(1), out object? value, out TimeSpan left))
        {
            LuaApi.lua_pushnil(call.L);
            return 1;
        }

        call.Return(value is null ? 0 : value is Shared shared ? shared.Stamp : -1);
        return 1 + call.Return(left == Timeout.InfiniteTimeSpan ? 0 : left.TotalSeconds);
    }

    private static int ReadValue(LuaCall call)
    {
        Cache(call).Probe(call.Text(1), out object? value, out _);
        object? content = value is Shared shared ? shared.Value : value;
        if (content is null or string or bool or long or double or ValueMap or ValueList)
        {
            LuaValues.Push(call.L, content, call.State, nulls: true);
        }
        else
        {
            EntityTables.Push(call.L, content, call.State);
        }

        return 1;
    }

    // cache_set(key, value, ttl, neg_ttl, resurrect_ttl): returns the stamp
    private static int Set(LuaCall call)
    {
        var options = new CacheOptions { TimeToLive = Seconds(call, 3), NegativeTimeToLive = Seconds(call, 4), ResurrectTimeToLive = Seconds(call, 5) };
        long stamp = Interlocked.Increment(ref stamps);
        Cache(call).InvalidateLocal(call.Text(1));
        Cache(call).Set(call.Text(1), call.IsNil(2) ? null : new Shared(LuaValues.Read(call.L, 2), stamp), options);
        return call.Return(stamp);
    }

    private static TimeSpan? Seconds(LuaCall call, int index) => call.Type(index) == LuaType.Number ? TimeSpan.FromSeconds(call.Number(index)) : null;

    private static int Lock(LuaCall call)
    {
        SemaphoreSlim gate = Locks.GetOrAdd((Cache(call), call.Text(1)), static _ => new SemaphoreSlim(1));
        return call.Wait(new ValueTask(gate.WaitAsync()), static _ => 0);
    }

    private static int Unlock(LuaCall call)
    {
        (INodeCache, string) key = (Cache(call), call.Text(1));
        if (Locks.TryGetValue(key, out SemaphoreSlim? gate))
        {
            gate.Release();
        }

        return 0;
    }
}
