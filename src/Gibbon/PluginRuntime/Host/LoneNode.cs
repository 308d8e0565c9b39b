using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The cluster of a node without a database: itself. Events for other nodes have nobody to go to, as in Kong.</summary>
internal sealed class LoneNode : ICluster, IClusterEvents
{
    private readonly Guid _id = Guid.NewGuid();

    public ValueTask<Result<Guid?>> GetIdAsync() => new((Guid?)_id);

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
