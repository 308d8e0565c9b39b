using System.Collections.Concurrent;
using Gibbon.Observability;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The queues of all plugins, by workspace, plugin and name. A queue that has nothing to do is let go.</summary>
internal sealed class Queues(TimeProvider time, ErrorLog log) : IQueues, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(Guid Workspace, string Plugin, string Name), IDrainable> _queues = new();
    private readonly CancellationTokenSource _stopping = new();

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
            static (_, made) => new WorkQueue<TConfig, TEntry>(made.parameters, made.handler, made.label, made.time, made.log, made.stopping),
            (parameters, handler, label: Label(plugin, queueName), time, log, stopping: _stopping.Token));
        queue.Config = config;
        return queue;
    }

    /// <summary>Lets the queues send what they hold, for a short while, and ends them.</summary>
    public async ValueTask DisposeAsync()
    {
        Task drained = Task.WhenAll(_queues.Values.Select(static queue => queue.DrainAsync()));
        await Task.WhenAny(drained, Task.Delay(TimeSpan.FromSeconds(5), time)).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
    }

    private static string Label(PluginInstance plugin, string name)
    {
        string instance = plugin.InstanceName is null ? "" : $" ({plugin.InstanceName})";
        return $"[{plugin.Name}] plugin {plugin.Id}{instance} queue {name}";
    }
}

/// <summary>A queue that can be asked to hurry at the end.</summary>
internal interface IDrainable
{
    /// <summary>Stops waiting for batches to fill up; completes when nothing is left.</summary>
    Task DrainAsync();
}
