using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>The Lua plugins of one gateway and the states that they run in: as many as there would be workers of Kong.</summary>
internal sealed class LuaHost : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<LuaPlugin> _plugins = [];
    private LuaWorker[] _workers = [];
    private LuaWatchdog? _watchdog;
    private int _next;
    private volatile bool _isClosed;

    public LuaHost(ISettings settings)
    {
        Surroundings = new LuaSurroundings(settings) { Lua = this };
    }

    public LuaSurroundings Surroundings { get; }

    /// <summary>How long a plugin may work without waiting before it is interrupted.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyList<LuaPlugin> Plugins => _plugins;

    public IReadOnlyList<LuaWorker> Workers => Volatile.Read(ref _workers);

    public LuaWatchdog Watchdog => _watchdog ?? throw new InvalidOperationException("the Lua host has not started");

    public int Add(LuaPlugin plugin)
    {
        _plugins.Add(plugin);
        return _plugins.Count - 1;
    }

    /// <summary>Makes the states, unless that has been done, and loads every plugin into each.</summary>
    public async ValueTask StartAsync(PluginHost host)
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_workers.Length > 0 || _isClosed)
            {
                return;
            }

            Surroundings.Start(host);
            _watchdog = new LuaWatchdog(this, host.Time);
            int count = CountOf(Surroundings.Settings);
            var workers = new LuaWorker[count];
            for (int id = 0; id < count; id++)
            {
                workers[id] = Load(id);
            }

            Volatile.Write(ref _workers, workers);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A place for a request, with a worker that is free if there is one.</summary>
    /// <exception cref="LuaException">The plugins are not loaded yet, or the gateway ends.</exception>
    public LuaRequest NewRequest()
    {
        if (Choose().NewRequest() is { } request)
        {
            return request;
        }

        // It has just been replaced, or is about to be: any other will do.
        foreach (LuaWorker other in Workers)
        {
            if (other.NewRequest() is { } found)
            {
                return found;
            }
        }

        throw new LuaException("the Lua plugins have ended");
    }

    private LuaWorker Choose()
    {
        LuaWorker[] workers = Volatile.Read(ref _workers);
        if (workers.Length == 0)
        {
            throw new LuaException("the Lua plugins are not loaded yet");
        }

        int first = workers.Length == 1 ? 0 : (int)((uint)Environment.CurrentManagedThreadId % (uint)workers.Length);
        if (workers[first].BusySince == 0)
        {
            return workers[first];
        }

        for (int distance = 1; distance < workers.Length; distance++)
        {
            LuaWorker other = workers[(first + distance) % workers.Length];
            if (other.BusySince == 0)
            {
                return other;
            }
        }

        return workers[(uint)Interlocked.Increment(ref _next) % (uint)workers.Length];
    }

    /// <summary>Puts a new state in the place of one that nobody should rely on; the requests that it has, it finishes.</summary>
    public void Replace(LuaWorker worker)
    {
        if (_isClosed || worker.IsRetired)
        {
            return;
        }

        worker.Retire();
        _ = Task.Run(async () =>
        {
            try
            {
                LuaWorker next = Load(worker.Id);
                foreach (LuaPlugin plugin in _plugins)
                {
                    await plugin.InitAsync(next).ConfigureAwait(false);
                    await plugin.ConfigureAsync(next).ConfigureAwait(false);
                }

                lock (_plugins)
                {
                    LuaWorker[] workers = [.. Workers];
                    workers[worker.Id] = next;
                    Volatile.Write(ref _workers, workers);
                }
            }
            catch (Exception failure)
            {
                Surroundings.Log(LogLevel.Crit, $"worker {worker.Id} could not be replaced: {failure.Message}", "", 0, null);
            }
        });
    }

    public ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return ValueTask.CompletedTask;
        }

        _isClosed = true;
        _watchdog?.Dispose();
        foreach (LuaWorker worker in Workers)
        {
            worker.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private LuaWorker Load(int id)
    {
        var worker = new LuaWorker(this, id);
        foreach (LuaPlugin plugin in _plugins)
        {
            worker.Add(plugin);
        }

        return worker;
    }

    private static int CountOf(ISettings settings) =>
        Gibbon.Pdk.Schemas.Value.ToText(settings["nginx_worker_processes"] ?? "auto") is var text
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : Environment.ProcessorCount;
}
