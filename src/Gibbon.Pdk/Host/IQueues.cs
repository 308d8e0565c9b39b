namespace Gibbon.Pdk;

/// <summary>
/// Work in batches, beside the requests: Kong's <c>kong.tools.queue</c>. A queue tries a batch again, later and later, until its handler
/// succeeds
/// or <see cref="QueueConfig.MaxRetryTime"/> is over; when it is full, the oldest entries give way. Losses are logged.
/// </summary>
public interface IQueues
{
    /// <summary>The queue of a name; made by the first call, with that call's parameters.</summary>
    /// <typeparam name="TConfig">What the handler needs.</typeparam>
    /// <typeparam name="TEntry">What is queued.</typeparam>
    /// <param name="plugin">The plugin's configuration the queue works for: its workspace is a part of the queue's identity, its names go
    /// to the log.</param>
    /// <param name="name">The queue's name; <c>null</c> is one queue per configuration.</param>
    /// <param name="parameters">Sizes and times.</param>
    /// <param name="config">Passed to the handler; the latest one given counts.</param>
    /// <param name="handler">Does the work for a batch; make it <c>static</c>.</param>
    IQueue<TEntry> Get<TConfig, TEntry>(
        PluginInstance plugin,
        string? name,
        QueueConfig parameters,
        TConfig config,
        Func<TConfig, IReadOnlyList<TEntry>, CancellationToken, ValueTask<Result>> handler);
}
