using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The cluster of a node that shares no database: itself. Events for other nodes have nobody to go to, as in Kong.</summary>
/// <param name="readId">Reads the id that its database keeps; null without one, and the id is made anew with every start.</param>
internal sealed class LoneNode(Func<ValueTask<Result<Guid?>>>? readId = null) : ICluster, IClusterEvents
{
    private readonly Guid _id = Guid.NewGuid();

    public ValueTask<Result<Guid?>> GetIdAsync() => readId is null ? new((Guid?)_id) : readId();

    public IDisposable Subscribe(string channel, Action<string> listener) => Nothing.Instance;

    public ValueTask<Result> BroadcastAsync(string channel, string data, TimeSpan delay = default) => new(Result.Ok);

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
