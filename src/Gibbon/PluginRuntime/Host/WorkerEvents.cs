using System.Collections.Immutable;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary>Events within this node. All workers of ours are threads of one process, so posting is telling the listeners.</summary>
internal sealed class WorkerEvents(ErrorLog log) : IWorkerEvents
{
    private ImmutableList<Listener> _listeners = [];

    public IDisposable Register(string source, string? name, Action<object?> listener)
    {
        Listener registered = new(this, source, name, listener);
        ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), registered);
        return registered;
    }

    // Posted events are handled on another thread, as Kong's are by another turn of each worker.
    public void Post(string source, string name, object? data) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static item => item.Events.PostLocal(item.Source, item.Name, item.Data), (Events: this, Source: source, Name: name, Data: data), preferLocal: false);

    public void PostLocal(string source, string name, object? data)
    {
        foreach (Listener listener in Volatile.Read(ref _listeners))
        {
            if (listener.Source == source && (listener.Name is null || listener.Name == name))
            {
                try
                {
                    listener.Handle(data);
                }
                catch (Exception failure)
                {
                    log.Write(LogSeverity.Error, $"[kong] a listener of {source}:{name} failed: {failure}");
                }
            }
        }
    }

    private sealed class Listener(WorkerEvents events, string source, string? name, Action<object?> handle) : IDisposable
    {
        public string Source => source;

        public string? Name => name;

        public void Handle(object? data) => handle(data);

        public void Dispose() => ImmutableInterlocked.Update(ref events._listeners, static (all, gone) => all.Remove(gone), this);
    }
}
