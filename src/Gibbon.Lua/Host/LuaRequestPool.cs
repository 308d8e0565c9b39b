using System.Collections.Concurrent;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Host;

/// <summary>The places for requests in one state. Any thread may take one or give one back; their tables are made and emptied by whoever is in the state.</summary>
internal sealed class LuaRequestPool(LuaWorker worker)
{
    private readonly ConcurrentQueue<LuaRequest> _ended = new();
    private readonly ConcurrentQueue<LuaRequest> _free = new();
    private int _tables;

    // The one that was emptied last, before the others: a processor still has it at hand.
    private LuaRequest? _next;

    public LuaRequest Take() =>
        Interlocked.Exchange(ref _next, null) ?? (_free.TryDequeue(out LuaRequest? request) ? request : new LuaRequest(worker, Interlocked.Increment(ref _tables)));

    /// <summary>A request has ended; its place is free when <see cref="Clean"/> has emptied it.</summary>
    public void Return(LuaRequest request) => _ended.Enqueue(request);

    /// <summary>Empties the places of requests that have ended. The caller is in the state.</summary>
    public void Clean(LuaState state, LuaHoldings holdings)
    {
        while (_ended.TryDequeue(out LuaRequest? request))
        {
            LuaWorld.ClearRequest(state, request.Table);
            holdings.CloseSockets(request);
            request.Number = 0;
            if (Interlocked.Exchange(ref _next, request) is { } before)
            {
                _free.Enqueue(before);
            }
        }
    }
}
