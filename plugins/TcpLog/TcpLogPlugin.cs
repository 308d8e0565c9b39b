using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.TcpLog;

/// <summary>Sends an entry about each request to a server over TCP, in JSON, one in a line.</summary>
sealed class TcpLogPlugin : Plugin<TcpLogConfig>
{
    readonly ConnectionPool<LogServer> connections = new();

    public override string Name => "tcp-log";

    public override int Priority => 7;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, TcpLogConfig config)
    {
        context.Host.Queues.Get<TcpSender, byte[]>(
            context.Plugin!,
            null,
            Backlog.Parameters,
            new TcpSender(context.Host, config, connections),
            static (sender, batch, stopping) => sender.SendAsync(batch, stopping)).Enqueue(config.CustomFields.Entry(context));
        return ValueTask.CompletedTask;
    }
}
