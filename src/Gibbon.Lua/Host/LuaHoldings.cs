using System.Net.Sockets;
using Gibbon.Lua.Functions;

namespace Gibbon.Lua.Host;

/// <summary>What plugins hold in a state beside their tables: numbers stand for it in Lua.</summary>
internal sealed class LuaHoldings
{
    /// <summary>What light threads and semaphores wait at.</summary>
    public Dictionary<long, TaskCompletionSource<bool>> Gates { get; } = [];

    /// <summary>The light threads that are under way.</summary>
    public Dictionary<long, (LuaRun Run, long Use)> Threads { get; } = [];

    /// <summary>The connections that plugins have opened.</summary>
    public Dictionary<long, LuaSocket> Sockets { get; } = [];

    public Dictionary<long, Socket> Datagrams { get; } = [];

    /// <summary>The timers that are to come, until the state is retired.</summary>
    public LuaTimers Timers { get; } = new();

    private readonly List<IDisposable> _subscriptions = [];
    private bool _isRetired;

    /// <summary>The number of the next thing.</summary>
    public long Next { get; set; } = 1;

    /// <summary>Closes what a request has left open.</summary>
    public void CloseSockets(LuaRequest request)
    {
        foreach (long number in request.Sockets)
        {
            if (Sockets.Remove(number, out LuaSocket? socket))
            {
                socket.Dispose();
            }

            if (Datagrams.Remove(number, out Socket? datagrams))
            {
                datagrams.Dispose();
            }
        }

        request.Sockets.Clear();
    }

    /// <summary>What the state listens to, until it is retired; somebody else may say that.</summary>
    public void Add(IDisposable subscription)
    {
        lock (_subscriptions)
        {
            if (!_isRetired)
            {
                _subscriptions.Add(subscription);
                return;
            }
        }

        subscription.Dispose();
    }

    public void Unsubscribe()
    {
        lock (_subscriptions)
        {
            _isRetired = true;
            foreach (IDisposable subscription in _subscriptions)
            {
                subscription.Dispose();
            }

            _subscriptions.Clear();
        }
    }
}
