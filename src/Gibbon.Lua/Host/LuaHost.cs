using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Host;

/// <summary>The Lua plugins of one gateway and the states that they run in: as many as there would be workers of Kong.</summary>
internal sealed class LuaHost : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<LuaPlugin> _plugins = [];
    private LuaWorker[] _workers = [];
    private readonly SemaphoreSlim _changing = new(1);
    private LuaWatchdog? _watchdog;
    private LuaFileWatch? _watch;
    private int _next;
    private volatile bool _isClosed;

    public LuaHost(ISettings settings)
    {
        Surroundings = new LuaSurroundings(settings) { Lua = this };
    }

    /// <summary>Told that files have changed in a way that only the gateway can follow, since it must know of it.</summary>
    public Action? Outdated { get; init; }

    /// <summary>Told that this is the host whose plugins are about to serve.</summary>
    public Action<LuaHost>? Started { get; init; }

    public LuaSurroundings Surroundings { get; }

    /// <summary>How long a plugin may work without waiting before it is interrupted.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it has been ended: requests that began before may go on, others find nobody.</summary>
    public bool IsClosed => _isClosed;

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
            Started?.Invoke(this);
            if (Gibbon.Pdk.Schemas.Value.ToText(Surroundings.Settings["lua_hot_reload"] ?? "off") is "on" or "true")
            {
                _watch = new LuaFileWatch(this, host.Time);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Watches the files no longer: another host has taken over.</summary>
    public void StopWatching() => _watch?.Dispose();

    /// <summary>Lets nobody change the states, or what plugins are configured with, until what comes back is disposed of.</summary>
    public async ValueTask<IDisposable> BeginChangeAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        return new Change(_changing);
    }

    /// <summary>
    /// Loads every plugin anew into new states beside those that serve, and puts them in their place; requests that the old ones have, they finish. What cannot be loaded is logged and changes
    /// nothing.
    /// </summary>
    public async Task ReloadAsync()
    {
        using IDisposable change = await BeginChangeAsync().ConfigureAwait(false);
        LuaWorker[] next = new LuaWorker[Workers.Count];
        int loaded = 0;
        try
        {
            for (; loaded < next.Length; loaded++)
            {
                next[loaded] = Load(loaded);
                if (_plugins.Exists(plugin => !plugin.IsAsBefore(next[loaded])))
                {
                    // Another priority, another phase: who runs when is in what requests read.
                    loaded++;
                    Retire(next.AsSpan(0, loaded));
                    Outdated?.Invoke();
                    return;
                }
            }

            foreach (LuaWorker worker in next)
            {
                await BeginAsync(worker).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is PluginLoadException or LuaException)
        {
            Retire(next.AsSpan(0, loaded));
            Surroundings.Log(LogLevel.Err, $"plugins whose files have changed could not be loaded anew, what serves goes on: {failure.Message}", "", 0, null);
            return;
        }

        LuaWorker[] old;
        lock (_plugins)
        {
            if (_isClosed)
            {
                Retire(next);
                return;
            }

            old = _workers;
            Volatile.Write(ref _workers, next);
        }

        Retire(old);
        Surroundings.Log(LogLevel.Notice, "plugins were loaded anew, since their files have changed", "", 0, null);
    }

    /// <summary>A place for a request, with a worker that is free if there is one.</summary>
    /// <exception cref="LuaException">The plugins are not loaded yet, or the gateway ends.</exception>
    public LuaRequest NewRequest()
    {
        if (Choose().NewRequest() is { } request)
        {
            return request;
        }

        // It has just been replaced, or is about to be: any other will do. Who had to wait for a processor may find that those have been replaced meanwhile, too.
        LuaWorker[] workers;
        do
        {
            workers = Volatile.Read(ref _workers);
            foreach (LuaWorker other in workers)
            {
                if (other.NewRequest() is { } found)
                {
                    return found;
                }
            }
        }
        while (workers != Volatile.Read(ref _workers));

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
        if (!workers[first].IsBusy)
        {
            return workers[first];
        }

        for (int distance = 1; distance < workers.Length; distance++)
        {
            LuaWorker other = workers[(first + distance) % workers.Length];
            if (!other.IsBusy)
            {
                return other;
            }
        }

        return workers[(uint)Interlocked.Increment(ref _next) % (uint)workers.Length];
    }

    /// <summary>Puts a new state in the place of one that nobody should rely on. Until that is there the old one serves; then it finishes the requests that it has.</summary>
    /// <param name="worker">The state to be replaced.</param>
    /// <param name="isStuck">Whether nobody gets into it any more: then who waits for his turn fails.</param>
    public void Replace(LuaWorker worker, bool isStuck)
    {
        if (_isClosed || worker.IsRetired || !worker.TryBeginReplacement())
        {
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                // Whoever changes something may be waiting for the very plugin that does not return.
                using IDisposable? change = await _changing.WaitAsync(Patience).ConfigureAwait(false) ? new Change(_changing) : null;
                LuaWorker next = Load(worker.Id);
                await BeginAsync(next).ConfigureAwait(false);
                lock (_plugins)
                {
                    if (_isClosed || Workers[worker.Id] != worker)
                    {
                        next.Retire(); // a reload was faster
                        return;
                    }

                    LuaWorker[] workers = [.. Workers];
                    workers[worker.Id] = next;
                    Volatile.Write(ref _workers, workers);
                }

                worker.Retire();
            }
            catch (Exception failure)
            {
                worker.CancelReplacement();
                Surroundings.Log(LogLevel.Crit, $"worker {worker.Id} could not be replaced: {failure.Message}", "", 0, null);
            }
            finally
            {
                if (isStuck)
                {
                    worker.Abandon();
                }
            }
        });
    }

    public ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return ValueTask.CompletedTask;
        }

        lock (_plugins)
        {
            _isClosed = true;
        }

        _watchdog?.Dispose();
        _watch?.Dispose();
        Retire(_workers);
        return ValueTask.CompletedTask;
    }

    private LuaWorker Load(int id)
    {
        var worker = new LuaWorker(this, id);
        try
        {
            foreach (LuaPlugin plugin in _plugins)
            {
                worker.Add(plugin);
            }
        }
        catch
        {
            worker.Retire();
            throw;
        }

        return worker;
    }

    private async ValueTask BeginAsync(LuaWorker worker)
    {
        foreach (LuaPlugin plugin in _plugins)
        {
            await plugin.InitAsync(worker).ConfigureAwait(false);
            await plugin.ConfigureAsync(worker).ConfigureAwait(false);
        }
    }

    private static void Retire(ReadOnlySpan<LuaWorker> workers)
    {
        foreach (LuaWorker worker in workers)
        {
            worker.Retire();
        }
    }

    private sealed class Change(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    private static int CountOf(ISettings settings) =>
        Gibbon.Pdk.Schemas.Value.ToText(settings["nginx_worker_processes"] ?? "auto") is var text
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : Environment.ProcessorCount;
}
