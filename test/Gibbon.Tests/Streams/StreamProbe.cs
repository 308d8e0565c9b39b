using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Streams;

internal sealed record StreamProbeConfig;

/// <summary>A plugin for streams whose preread does what a test says; it keeps the records of the log phase.</summary>
internal sealed class StreamProbe(Func<RequestContext, ValueTask>? preread = null) : Plugin<StreamProbeConfig>
{
    public override string Name => "stream-probe";

    public override int Priority => 1000;

    public override string Version => "1.0.0";

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public ConcurrentQueue<ValueMap> Records { get; } = new();

    public override ValueTask PrereadAsync(RequestContext context, StreamProbeConfig config) => preread?.Invoke(context) ?? default;

    public override ValueTask LogAsync(RequestContext context, StreamProbeConfig config)
    {
        Records.Enqueue(context.Log.Serialize());
        return default;
    }
}
