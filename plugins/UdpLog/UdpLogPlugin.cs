using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.UdpLog;

/// <summary>Sends an entry about each request to a server over UDP, in JSON, one in a datagram.</summary>
sealed class UdpLogPlugin : Plugin<UdpLogConfig>
{
    public override string Name => "udp-log";

    public override int Priority => 8;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask LogAsync(RequestContext context, UdpLogConfig config)
    {
        context.Host.Queues.Get<(PluginHost, UdpLogConfig), byte[]>(
            context.Plugin!,
            null,
            Backlog.Parameters,
            (context.Host, config),
            static (sender, batch, stopping) => SendAsync(sender, batch, stopping)).Enqueue(config.CustomFields.Entry(context));
        return ValueTask.CompletedTask;
    }

    static async ValueTask<Result> SendAsync(
        (PluginHost Host, UdpLogConfig Config) sender,
        IReadOnlyList<byte[]> batch,
        CancellationToken stopping)
    {
        var (host, config) = sender;
        var receiver = new Receiver(config.Host, config.Port, TimeSpan.FromMilliseconds(config.Timeout ?? 10000));
        await Datagrams.SendAsync(host, receiver, batch, error => host.Logger("udp-log").Err($"could not {error}"), stopping);
        return Result.Ok;
    }
}
