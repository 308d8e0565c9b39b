namespace Gibbon.Pdk;

/// <summary>Events within this node, to all its workers. Kong's <c>kong.worker_events</c>.</summary>
public interface IWorkerEvents
{
    /// <summary>
    /// Listens. Changes of entities come from source <c>crud</c>, as event <c>consumers</c> and as event <c>consumers:update</c>, with an
    /// <see cref="EntityChange"/>.
    /// </summary>
    /// <param name="source">Who speaks: a plugin's name.</param>
    /// <param name="name">About what; <c>null</c> for everything the source says.</param>
    /// <param name="listener">Called with the data, one event after the other. What it throws is logged.</param>
    /// <returns>Ends the listening when disposed.</returns>
    IDisposable Register(string source, string? name, Action<object?> listener);

    /// <summary>Tells all workers, this one included, in the order in which events were posted.</summary>
    /// <param name="source">Who speaks.</param>
    /// <param name="name">About what.</param>
    /// <param name="data">What; must not change any more.</param>
    void Post(string source, string name, object? data);

    /// <summary>Tells the listeners of this worker, before it returns.</summary>
    /// <param name="source">Who speaks.</param>
    /// <param name="name">About what.</param>
    /// <param name="data">What.</param>
    void PostLocal(string source, string name, object? data);
}
