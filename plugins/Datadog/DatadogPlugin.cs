using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Datadog;

/// <summary>Sends metrics about each request to an agent of Datadog.</summary>
sealed class DatadogPlugin : Plugin<DatadogConfig>
{
    public override string Name => "datadog";

    public override int Priority => 10;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, DatadogConfig config)
    {
        context.Host.Queues.Get<DatadogSender, Traffic>(
            context.Plugin!,
            null,
            config.EffectiveQueue,
            new DatadogSender(context.Host, config),
            static (sender, batch, stopping) => sender.SendAsync(batch, stopping)).Enqueue(Traffic.Of(context));
        return ValueTask.CompletedTask;
    }
}
