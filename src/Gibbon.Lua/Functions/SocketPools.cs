using System.Collections.Concurrent;

namespace Gibbon.Lua.Functions;

/// <summary>Connections that plugins have given back with <c>setkeepalive</c>, by the name of their pool.</summary>
internal static class SocketPools
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<(LuaSocket Socket, long Until)>> Pools = new(StringComparer.Ordinal);

    /// <summary>A connection that is still good; null if there is none.</summary>
    public static LuaSocket? Take(string pool)
    {
        if (!Pools.TryGetValue(pool, out ConcurrentQueue<(LuaSocket Socket, long Until)>? kept))
        {
            return null;
        }

        while (kept.TryDequeue(out (LuaSocket Socket, long Until) entry))
        {
            if (Environment.TickCount64 < entry.Until)
            {
                entry.Socket.Reused++;
                return entry.Socket;
            }

            entry.Socket.Dispose();
        }

        return null;
    }

    /// <summary>Keeps a connection for as long as said; when the pool is full, the one that was kept longest goes.</summary>
    public static void Give(string pool, LuaSocket socket, TimeSpan idle, int size)
    {
        ConcurrentQueue<(LuaSocket Socket, long Until)> kept = Pools.GetOrAdd(pool, static _ => new ConcurrentQueue<(LuaSocket, long)>());
        kept.Enqueue((socket, idle == TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)idle.TotalMilliseconds));
        while (kept.Count > Math.Max(1, size) && kept.TryDequeue(out (LuaSocket Socket, long Until) oldest))
        {
            oldest.Socket.Dispose();
        }
    }
}
