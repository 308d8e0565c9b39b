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
    // As long as Kong's locks last: whoever holds one for longer has ended without giving it back.
    private static readonly TimeSpan LongestLock = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<(INodeCache Cache, string Key), KeyLock> Locks = [];

    private static long stamps;

    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("cache_probe", static call => Probe(call)),
        new("cache_value", static call => ReadValue(call)),
        new("cache_set", static call => Set(call)),
        new("cache_lock", static call => Lock(call)),
        new("cache_unlock", static call => Unlock(call)),
        new("cache_invalidate", static call => ResponseFunctions.Done(call, c => Cache(c).Invalidate(LuaKey.Read(c, 1)))),
        new("cache_invalidate_local", static call => ResponseFunctions.Done(call, c => Cache(c).InvalidateLocal(LuaKey.Read(c, 1)))),
        new("cache_purge", static call => ResponseFunctions.Done(call, c => Cache(c).Purge())),
    ];

    private sealed record Shared(LuaFrozen Value, long Stamp);

    /// <summary>The lock of a key, which is there for as long as somebody holds it or waits for it.</summary>
    private sealed class KeyLock
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public int Users { get; set; }
    }

    private static INodeCache Cache(LuaCall call) => NodeFunctions.Host(call).Cache;

    // cache_probe(key): the stamp of the value and how long it is still kept; the stamp is 0 for the knowledge that there is none, nil for no knowledge.
    private static int Probe(LuaCall call)
    {
        if (!Cache(call).Probe(LuaKey.Read(call, 1), out object? value, out TimeSpan left))
        {
            LuaApi.lua_pushnil(call.L);
            return 1;
        }

        call.Return(value is null ? 0 : value is Shared shared ? shared.Stamp : -1);
        return 1 + call.Return(left == Timeout.InfiniteTimeSpan ? 0 : left.TotalSeconds);
    }

    private static int ReadValue(LuaCall call)
    {
        Cache(call).Probe(LuaKey.Read(call, 1), out object? value, out _);
        if (value is Shared shared)
        {
            shared.Value.Push(call.L, call.State);
            return 1;
        }

        object? content = value;
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
        Cache(call).InvalidateLocal(LuaKey.Read(call, 1));
        Cache(call).Set(LuaKey.Read(call, 1), call.IsNil(2) ? null : new Shared(LuaFrozen.Of(call.L, 2), stamp), options);
        return call.Return(stamp);
    }

    private static TimeSpan? Seconds(LuaCall call, int index) => call.Type(index) == LuaType.Number ? TimeSpan.FromSeconds(call.Number(index)) : null;

    // cache_lock(key): whether it is held now; false when it was waited for too long
    private static int Lock(LuaCall call)
    {
        (INodeCache, string) key = (Cache(call), LuaKey.Read(call, 1));
        KeyLock held;
        lock (Locks)
        {
            held = Locks.TryGetValue(key, out KeyLock? known) ? known : Locks[key] = new KeyLock();
            held.Users++;
        }

        return call.Wait(new ValueTask<bool>(EnterAsync(key, held)), static (L, isHeld) =>
        {
            LuaStack.Push(L, isHeld);
            return 1;
        });
    }

    private static async Task<bool> EnterAsync((INodeCache, string) key, KeyLock held)
    {
        if (await held.Gate.WaitAsync(LongestLock).ConfigureAwait(false))
        {
            return true;
        }

        Leave(key, held);
        return false;
    }

    private static int Unlock(LuaCall call)
    {
        (INodeCache, string) key = (Cache(call), LuaKey.Read(call, 1));
        lock (Locks)
        {
            if (Locks.TryGetValue(key, out KeyLock? held))
            {
                held.Gate.Release();
                Leave(key, held);
            }
        }

        return 0;
    }

    private static void Leave((INodeCache, string) key, KeyLock held)
    {
        lock (Locks)
        {
            if (--held.Users == 0)
            {
                Locks.Remove(key);
            }
        }
    }
}
