using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.UdpLog;

/// <summary>Sends an entry about each request to a server over UDP, in JSON, one in a datagram.</summary>
/// <param name="lua">Runs what operators write.</param>
sealed class UdpLogPlugin(ILua? lua = null) : EntryPlugin<UdpLogConfig>(lua)
{
    public override string Name => "udp-log";

    public override int Priority => 8;

    protected override void Send(RequestContext context, UdpLogConfig config, byte[] entry)
    {
        context.Host.Queues.Get<(PluginHost, UdpLogConfig), byte[]>(
            context.Plugin!,
            null,
            Backlog.Parameters,
            (context.Host, config),
            static (sender, batch, stopping) => SendAsync(sender, batch, stopping)).Enqueue(entry);
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
