using System.Collections.Concurrent;
using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The queues of all plugins, by workspace, plugin and name. A queue that has nothing to do is let go.</summary>
internal sealed class Queues : IQueues, IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ErrorLog _log;
    private readonly ITimer _sweep;
    private readonly ConcurrentDictionary<(Guid Workspace, string Plugin, string Name), IDrainable> _queues = new();
    private readonly CancellationTokenSource _stopping = new();

    public Queues(TimeProvider time, ErrorLog log)
    {
        _time = time;
        _log = log;
        _sweep = time.CreateTimer(static queues => ((Queues)queues!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many queues there are.</summary>
    public int Count => _queues.Count;

    public IQueue<TEntry> Get<TConfig, TEntry>(
        PluginInstance plugin,
        string? name,
        QueueConfig parameters,
        TConfig config,
        Func<TConfig, IReadOnlyList<TEntry>, CancellationToken, ValueTask<Result>> handler)
    {
        string queueName = name ?? plugin.Id.ToString();
        var key = (plugin.WorkspaceId, plugin.Name, queueName);
        var queue = (WorkQueue<TConfig, TEntry>)_queues.GetOrAdd(
            key,
            static (_, made) => new WorkQueue<TConfig, TEntry>(made.handler, made.label, made.time, made.log, made.stopping),
            (handler, label: Label(plugin, queueName), time: _time, log: _log, stopping: _stopping.Token));
        queue.Use(parameters, config);
        return queue;
    }

    /// <summary>Whether all has been sent, or given up.</summary>
    public bool AreIdle => _queues.Values.All(static queue => !queue.IsAtWork);

    /// <summary>Lets the queues send what they hold, for a short while, and ends them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync().ConfigureAwait(false);
        Task drained = Task.WhenAll(_queues.Values.Select(static queue => queue.DrainAsync()));
        await Task.WhenAny(drained, Task.Delay(TimeSpan.FromSeconds(5), _time)).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Lets go of the queues that have had nothing to do since the last time. Whoever was handed one just before may still use it: it works as before, only that the next one who
    /// asks gets another.
    /// </summary>
    public void Sweep()
    {
        foreach (KeyValuePair<(Guid Workspace, string Plugin, string Name), IDrainable> queue in _queues)
        {
            if (queue.Value.WasIdle())
            {
                _queues.TryRemove(queue);
            }
        }
    }

    private static string Label(PluginInstance plugin, string name)
    {
        string instance = plugin.InstanceName is null ? "" : $" ({plugin.InstanceName})";
        return $"[{plugin.Name} plugin {plugin.Id}{instance}] queue {WithoutUser(name)}";
    }

    // A queue may be named by the URL it sends to; who may do so is nobody's business.
    private static string WithoutUser(string name)
    {
        int scheme = name.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return name;
        }

        int start = scheme + 3;
        int end = name.AsSpan(start).IndexOfAny("/?#") is var found and >= 0 ? start + found : name.Length;
        int at = name.AsSpan(start, end - start).LastIndexOf('@');
        return at < 0 ? name : name.Remove(start, at + 1);
    }
}

/// <summary>A queue that can be asked to hurry at the end.</summary>
internal interface IDrainable
{
    /// <summary>Whether nothing is in it, and nobody has asked for it since this was asked the last time.</summary>
    bool WasIdle();

    /// <summary>Whether anything is in it or on its way.</summary>
    bool IsAtWork { get; }

    /// <summary>Stops waiting for batches to fill up; completes when nothing is left.</summary>
    Task DrainAsync();
}
