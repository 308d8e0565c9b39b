using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Statsd;

/// <summary>Sends metrics about each request to a StatsD server.</summary>
sealed class StatsdPlugin : Plugin<StatsdConfig>
{
    readonly ConnectionPool<Receiver> connections = new();
    readonly DictionaryClock clock = new();

    public override string Name => "statsd";

    public override int Priority => 11;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, StatsdConfig config)
    {
        if (config.Statuses.Contain(context.Response.Status))
            context.Host.Queues.Get<StatsdSender, Traffic>(
                context.Plugin!,
                null,
                config.EffectiveQueue,
                new StatsdSender(context.Host, config, context.Plugin!.WorkspaceId, connections, clock),
                static (sender, batch, stopping) => sender.SendAsync(batch, stopping)).Enqueue(Traffic.Of(context));

        return ValueTask.CompletedTask;
    }
}
