using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.TcpLog;

/// <summary>Sends an entry about each request to a server over TCP, in JSON, one in a line.</summary>
/// <param name="lua">Runs what operators write.</param>
sealed class TcpLogPlugin(ILua? lua = null) : EntryPlugin<TcpLogConfig>(lua)
{
    readonly ConnectionPool<LogServer> connections = new();

    public override string Name => "tcp-log";

    public override int Priority => 7;

    protected override void Send(RequestContext context, TcpLogConfig config, byte[] entry)
    {
        context.Host.Queues.Get<TcpSender, byte[]>(
            context.Plugin!,
            null,
            Backlog.Parameters,
            new TcpSender(context.Host, config, connections),
            static (sender, batch, stopping) => sender.SendAsync(batch, stopping)).Enqueue(entry);
    }
}
